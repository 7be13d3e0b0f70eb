import { events } from "@flowmade-one/aether";
import type { StandardSchema } from "@flowmade-one/aether/types";

declare const placed: StandardSchema<{ at: string }, { at: Date }>;
// @ts-expect-error: the data of \"Placed\" must be JSON: use strings, numbers, booleans, null, arrays and plain objects
events({ Placed: placed });
