import { events, unchecked } from "@flowmade-one/aether";

// @ts-expect-error: \"Placed\" has no upcaster for version 2: add it to from
events({ Placed: { schema: unchecked<{ n: number }>(), version: 4, from: { 1: same, 3: same } } });

function same(data: { n: number }) {
  return data;
}
