// a namespace has no wildcards; to see many, observe with a grant
import { memory } from "@flowmade-one/aether/memory";

memory().store("prod.>");
