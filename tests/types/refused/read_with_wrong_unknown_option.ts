import { events, unchecked } from "@flowmade-one/aether";
import { memory } from "@flowmade-one/aether/memory";

const store = memory().store("a", events({ Placed: unchecked<null>() }));
// @ts-expect-error: Type '"skip"' is not assignable to type '"pass" | "stop" | undefined'
store.read("order.1", { unknown: "skip" });
