import { events, unchecked } from "@flowmade-one/aether";

// @ts-expect-error: Type '"read"' is not assignable to type '"append" | "append-and-read" | undefined'
events({ Placed: unchecked<null>() }, { validate: "read" });
