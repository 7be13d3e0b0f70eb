import { memory } from "@flowmade-one/aether/memory";

const events = [{ type: "Placed", data: null }];
// @ts-expect-error: Type 'string' is not assignable to type 'Hint<"a commit id needs a numeric expectedVersion">'
await memory().store("a").append("order.1", events, { expectedVersion: "any", commitId: "c1" });
