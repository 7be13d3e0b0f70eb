import { events, unchecked } from "@flowmade-one/aether";

// @ts-expect-error: \"Placed\" has an upcaster for version 2, and its version is 2: remove it or raise version
events({ Placed: { schema: unchecked<{ n: number }>(), version: 2, from: { 1: same, 2: same } } });

function same(data: { n: number }) {
  return data;
}
