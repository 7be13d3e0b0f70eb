import { events, unchecked } from "@flowmade-one/aether";

const toPlaced = (old: { sku: string }) => Promise.resolve(old);
// @ts-expect-error: the upcaster of \"Placed\" for version 1 returns a promise: it must be synchronous
events({ Placed: { schema: unchecked<{ sku: string }>(), version: 2, from: { 1: toPlaced } } });
