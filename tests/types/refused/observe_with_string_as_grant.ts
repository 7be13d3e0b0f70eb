import { memory } from "@flowmade-one/aether/memory";

// @ts-expect-error: Argument of type 'string' is not assignable to parameter of type 'Grant'
memory().bus.observe("prod.>", () => {});
