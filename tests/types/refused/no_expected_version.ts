// Argument of type '{}' is not assignable to parameter of type 'AppendOptions'
import { memory } from "@flowmade-one/aether/memory";

await memory().store("a").append("order.1", [{ type: "Placed", data: null }], {});
