import { memory } from "@flowmade-one/aether/memory";

// @ts-expect-error: a namespace has no wildcards; to receive events of several namespaces, use a grant
memory().store("prod.*");
