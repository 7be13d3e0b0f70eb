import { events } from "@flowmade-one/aether";
import { memory } from "@flowmade-one/aether/memory";

const orders = memory().bus.within("prod.orders", events<{ Placed: { sku: string } }>());
// @ts-expect-error: Type '"Paid"' is not assignable to type '"Placed"'
orders.publish("order.1", { type: "Paid", data: { sku: "A" } });
