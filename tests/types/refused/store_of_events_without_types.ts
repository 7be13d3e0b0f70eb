import { events } from "@flowmade-one/aether";
import { memory } from "@flowmade-one/aether/memory";

// @ts-expect-error: events needs the types of the events: events<{ Placed: { sku: string } }>(); for any events leave the
memory().store("a", events());
