// Expected 3 arguments, but got 2
import { memory } from "@flowmade-one/aether/memory";

await memory().store("a").append("order.1", [{ type: "Placed", data: null }]);
