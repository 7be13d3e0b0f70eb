import { events, unchecked } from "@flowmade-one/aether";

// @ts-expect-error: \"Placed\" has no upcaster for version 1: add it to from
events({ Placed: { schema: unchecked<{ sku: string }>(), version: 2 } });
