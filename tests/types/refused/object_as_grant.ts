import { parseNamespacePattern } from "@flowmade-one/aether/patterns";
import { memory } from "@flowmade-one/aether/memory";

const forged = { pattern: parseNamespacePattern(">"), reason: "because", narrow: () => forged as never };
// @ts-expect-error: is missing in type
memory().namespaces(forged);
