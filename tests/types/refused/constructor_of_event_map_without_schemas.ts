import { events } from "@flowmade-one/aether";

const Orders = events<{ Placed: { sku: string } }>();
// @ts-expect-error: Property 'Placed' does not exist on type 'Events<{ Placed: { sku: string; }; }>'
Orders.Placed({ sku: "A" });
