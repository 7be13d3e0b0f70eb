import { events, unchecked } from "@flowmade-one/aether";

const Orders = events({ Placed: unchecked<{ sku: string }>() });
// @ts-expect-error: Property 'Shipped' does not exist on type
Orders.Shipped({ sku: "A" });
