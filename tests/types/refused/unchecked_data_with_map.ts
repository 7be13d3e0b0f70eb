import { events, unchecked } from "@flowmade-one/aether";

// @ts-expect-error: the data of \"Placed\" must be JSON: use strings, numbers, booleans, null, arrays and plain objects
events({ Placed: unchecked<{ lines: Map<string, number> }>() });
