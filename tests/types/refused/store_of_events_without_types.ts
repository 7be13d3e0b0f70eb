import { events } from "@flowmade-one/aether";
import { memory } from "@flowmade-one/aether/memory";

// @ts-expect-error: events() needs the event types: events<{ Placed: { sku: string } }>()
memory().store("a", events());
