import { events, unchecked } from "@flowmade-one/aether";

// @ts-expect-error: Type 'string' is not assignable to type 'readonly string[]'
events({ Placed: { schema: unchecked<null>(), formerly: "OrderPlaced" } });
