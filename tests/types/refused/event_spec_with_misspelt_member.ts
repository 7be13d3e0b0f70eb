import { events, unchecked } from "@flowmade-one/aether";

// @ts-expect-error: \"Placed\" has no member \"formery\": it has schema, version, from and formerly
events({ Placed: { schema: unchecked<null>(), formery: ["OrderPlaced"] } });
