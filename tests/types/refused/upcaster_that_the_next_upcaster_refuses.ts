import { events, unchecked } from "@flowmade-one/aether";

const first = (old: { sku: string }) => ({ code: old.sku });
const second = (old: { sku: string; quantity: number }) => old;
const Placed = unchecked<{ sku: string; quantity: number }>();
// @ts-expect-error: the upcaster of \"Placed\" for version 1 must return what the upcaster for version 2 takes
events({ Placed: { schema: Placed, version: 3, from: { 1: first, 2: second } } });
