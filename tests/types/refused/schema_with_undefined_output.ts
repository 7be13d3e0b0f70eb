import { events } from "@flowmade-one/aether";
import type { StandardSchema } from "@flowmade-one/aether/types";

declare const closed: StandardSchema<string | undefined, string | undefined>;
// @ts-expect-error: the data of \"Closed\" must not be undefined: use null
events({ Closed: closed });
