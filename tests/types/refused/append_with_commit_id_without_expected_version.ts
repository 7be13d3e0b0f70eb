import { memory } from "@flowmade-one/aether/memory";

// @ts-expect-error: Property 'expectedVersion' is missing in type '{ commitId: string; }'
await memory().store("a").append("order.1", [{ type: "Placed", data: null }], { commitId: "c1" });
