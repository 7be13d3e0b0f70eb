import { events, unchecked } from "@flowmade-one/aether";

// @ts-expect-error: Type 'string' is not assignable to type 'number'
events({ Placed: { schema: unchecked<null>(), version: "2" } });
