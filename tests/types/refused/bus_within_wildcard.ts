import { memory } from "@flowmade-one/aether/memory";

// @ts-expect-error: a namespace has no wildcards; to see many, observe with a grant
memory().bus.within("prod.*");
