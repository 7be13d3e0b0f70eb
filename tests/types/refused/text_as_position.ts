// Type '"1000000000002047"' is not assignable to type
import { memory } from "@flowmade-one/aether/memory";

memory().store("a").readAll({ after: "1000000000002047" });
