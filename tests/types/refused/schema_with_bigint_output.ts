import { events } from "@flowmade-one/aether";
import type { StandardSchema } from "@flowmade-one/aether/types";

declare const paid: StandardSchema<{ amount: string }, { amount: bigint }>;
// @ts-expect-error: the data of \"Paid\" must be JSON: use strings, numbers, booleans, null, arrays and plain objects
events({ Paid: { schema: paid } });
