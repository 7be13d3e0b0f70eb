/** Events of former versions and names, whose data is a number. */
import { events, type EventStore, type NewEvent, unchecked } from "@flowmade-one/aether";
import { memory } from "@flowmade-one/aether/memory";

/** Data that no schema checks. */
export const any = unchecked<{ readonly n: number }>();

/** Stores events without an event map, and returns a store of their namespace with the map. */
export async function stored(newEvents: readonly NewEvent[], map: ReturnType<typeof events<never>>) {
  const backend = memory();
  await backend.store("a").append("o", newEvents, { expectedVersion: 0 });
  return backend.store("a", map) as unknown as EventStore;
}

/** An upcaster that appends a digit to a number. */
export const add = (digit: number) => (data: unknown) => ({ n: (data as { n: number }).n * 10 + digit });

/** An event type of version 3 with two former names, and an event type of version 1. */
export const Numbers = events({
  Made: { schema: any, version: 3, from: { 1: add(1), 2: add(2) }, formerly: ["Created", "Built"] },
  Other: any,
});
