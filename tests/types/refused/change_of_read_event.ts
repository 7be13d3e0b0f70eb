import { events } from "@flowmade-one/aether";
import { memory } from "@flowmade-one/aether/memory";

const store = memory().store("a", events<{ Placed: { sku: string } }>());
// @ts-expect-error: Cannot assign to 'sku' because it is a read-only property
for await (const event of store.read("order.1")) event.data.sku = "B";
