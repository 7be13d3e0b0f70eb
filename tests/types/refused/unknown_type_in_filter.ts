// Type '"Paid"' is not assignable to type '"Placed"'
import { events } from "@flowmade-one/aether";
import { memory } from "@flowmade-one/aether/memory";

memory().store("a", events<{ Placed: { sku: string } }>()).readAll({ types: ["Paid"] });
