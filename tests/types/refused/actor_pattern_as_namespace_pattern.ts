import { type NamespacePattern, parseActorPattern } from "@flowmade-one/aether/patterns";

const observe = (_: NamespacePattern): void => {};
// @ts-expect-error: is not assignable to parameter of type 'NamespacePattern'
observe(parseActorPattern("order.*"));
