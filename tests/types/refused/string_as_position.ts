import { memory } from "@flowmade-one/aether/memory";

const stored: string = JSON.parse('"start"');
// @ts-expect-error: Type 'string' is not assignable to type 'Position | Hint<"parsePosition(string) makes a position of a stored string">
memory().store("a").subscribe({ after: stored });
