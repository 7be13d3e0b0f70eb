import { memory } from "@flowmade-one/aether/memory";

// @ts-expect-error: Argument of type '{}' is not assignable to parameter of type 'AppendOptions & { readonly expectedVersion: ExpectedVersion; }'
await memory().store("a").append("order.1", [{ type: "Placed", data: null }], {});
