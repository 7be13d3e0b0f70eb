import { events, type NamespacedEventBus } from "@flowmade-one/aether";
import { memory } from "@flowmade-one/aether/memory";

const bus = memory().bus.within("a", events<{ Placed: { sku: string }; Shipped: { at: string } }>());
// @ts-expect-error: is not assignable to type
export const fewer: NamespacedEventBus<{ Placed: { sku: string } }> = bus;
