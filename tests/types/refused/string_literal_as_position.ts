import { memory } from "@flowmade-one/aether/memory";

// @ts-expect-error: Type '"3f9c0a1b2c4d-1000000000002047"' is not assignable to type 'Position | Hint<"parsePosition(string) makes a position of a stored string">
memory().store("a").readAll({ after: "3f9c0a1b2c4d-1000000000002047" });
