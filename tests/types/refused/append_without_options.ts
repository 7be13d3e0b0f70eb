import { memory } from "@flowmade-one/aether/memory";

// @ts-expect-error: Expected 3 arguments, but got 2
await memory().store("a").append("order.1", [{ type: "Placed", data: null }]);
