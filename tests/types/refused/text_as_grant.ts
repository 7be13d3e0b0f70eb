// Argument of type 'string' is not assignable to parameter of type 'Grant'
import { memory } from "@flowmade-one/aether/memory";

memory().namespaces("prod.>");
