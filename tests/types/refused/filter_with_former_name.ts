import { events, unchecked } from "@flowmade-one/aether";
import { memory } from "@flowmade-one/aether/memory";

const Orders = events({ Placed: { schema: unchecked<null>(), formerly: ["OrderPlaced"] } });
// @ts-expect-error: Type '"OrderPlaced"' is not assignable to type '"Placed"'
memory().store("a", Orders).readAll({ types: ["OrderPlaced"] });
