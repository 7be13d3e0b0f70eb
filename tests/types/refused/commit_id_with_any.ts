// Type 'string' is not assignable to type 'undefined'
import { memory } from "@flowmade-one/aether/memory";

const events = [{ type: "Placed", data: null }];
await memory().store("a").append("order.1", events, { expectedVersion: "any", commitId: "c1" });
