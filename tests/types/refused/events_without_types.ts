import { events } from "@flowmade-one/aether";

// @ts-expect-error: events() needs the event types: events<{ Placed: { sku: string } }>()
events();
