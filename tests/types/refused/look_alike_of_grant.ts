import { parseNamespacePattern } from "@flowmade-one/aether/patterns";
import { memory } from "@flowmade-one/aether/memory";

const lookAlike = { pattern: parseNamespacePattern(">"), reason: "because", narrow: () => lookAlike as never };
// @ts-expect-error: is missing in type
memory().namespaces(lookAlike);
