import { events } from "@flowmade-one/aether";

// @ts-expect-error: events needs the types of the events: events<{ Placed: { sku: string } }>()
events();
