// is not assignable to parameter of type 'NamespacePattern'
import { type NamespacePattern, parseActorPattern } from "@flowmade-one/aether";

const observe = (_: NamespacePattern): void => {};
observe(parseActorPattern("order.*"));
