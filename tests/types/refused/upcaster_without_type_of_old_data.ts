import { events, unchecked } from "@flowmade-one/aether";

// @ts-expect-error: 'old' is of type 'unknown'
events({ Placed: { schema: unchecked<{ n: number }>(), version: 2, from: { 1: (old) => ({ n: old.n }) } } });
