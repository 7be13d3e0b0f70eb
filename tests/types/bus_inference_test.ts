import { assertType, type IsExact } from "@std/testing/types";
import { type BusEvent, type BusEventOf, events, type PublishedEvent, type RecordedEvent } from "@flowmade-one/aether";
import { memory } from "@flowmade-one/aether/memory";

const OrderEvents = events<{ Placed: { sku: string }; Shipped: { at: string } }>();

// Types are checked when this file is compiled; at run time these tests only show that it was loaded.

Deno.test("within() infers the events of the bus from the map, and a filter by type narrows them", () => {
  const orders = memory().bus.within("prod.orders", OrderEvents);
  orders.subscribe((event) => {
    assertType<IsExact<typeof event, BusEventOf<{ Placed: { sku: string }; Shipped: { at: string } }>>>(true);
  });
  orders.subscribe((event) => {
    assertType<IsExact<typeof event, BusEvent<"Shipped", { at: string }>>>(true);
  }, { types: ["Shipped"] });
});

Deno.test("BusEvent with a version is a stored event, and without one a published event", () => {
  memory().bus.within("prod.orders", OrderEvents).subscribe((event) => {
    if (event.version === undefined) assertType<IsExact<typeof event.position, undefined>>(true);
    else assertType<IsExact<typeof event.commitId, string>>(true);
  });
  assertType<IsExact<BusEvent, PublishedEvent | RecordedEvent>>(true);
});
