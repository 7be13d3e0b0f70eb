import { events, unchecked } from "@flowmade-one/aether";

const toPlaced = (old: { sku: string }) => ({ ...old, quantity: "1" });
// @ts-expect-error: the upcaster of \"Placed\" for version 1 must return the data of version 2
events({ Placed: { schema: unchecked<{ sku: string; quantity: number }>(), version: 2, from: { 1: toPlaced } } });
