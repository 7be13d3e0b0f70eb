// is missing in type
import { parseNamespacePattern } from "@flowmade-one/aether";
import { memory } from "@flowmade-one/aether/memory";

const lookAlike = { pattern: parseNamespacePattern(">"), reason: "because", narrow: () => lookAlike as never };
memory().namespaces(lookAlike);
