import { events } from "@flowmade-one/aether";
import { memory } from "@flowmade-one/aether/memory";

// @ts-expect-error: Type '"Paid"' is not assignable to type '"Placed"'
memory().store("a", events<{ Placed: { sku: string } }>()).readAll({ types: ["Paid"] });
