import type { EventMetadata } from "./event_metadata.ts";
import type { RecordedEvent } from "./recorded_event.ts";
import { traceContextOf } from "./trace_context.ts";

/**
 * Returns the metadata for events that are caused by another event, such as the events of a command that a handler
 * executes.
 *
 * @param event The causing event: a recorded or a published one.
 * @returns `correlationId`: the correlation id of the event, otherwise its id. `causationId`: the id of the event.
 * `traceparent` and `tracestate`: the values of the event, unless they are malformed. The application's own pairs are
 * not copied.
 *
 * @example
 * ```ts
 * import { decider, events, execute, metadataFrom } from "@flowmade-one/aether";
 * import { memory } from "@flowmade-one/aether/memory";
 * import { assertEquals } from "@std/assert";
 *
 * const ParcelEvents = events<{ Packed: { order: string } }>();
 * const parcel = decider(ParcelEvents, {
 *   initial: () => false,
 *   evolve: () => true,
 *   decide: (order: string, isPacked) => isPacked ? [] : [{ type: "Packed", data: { order } }],
 * });
 *
 * const backend = memory();
 * const orders = backend.store("orders");
 * await orders.append("order.1", [{ type: "Placed", data: {}, id: "e-1" }], { expectedVersion: 0 });
 *
 * const parcels = backend.store("parcels", ParcelEvents);
 * for (const placed of await orders.readAll().toArray()) {
 *   const options = { commitId: `pack-${placed.id}`, metadata: metadataFrom(placed) };
 *   const { events: [packed] } = await execute(parcels, parcel, "parcel.1", placed.actorId, options);
 *   assertEquals(packed?.metadata, { correlationId: "e-1", causationId: "e-1" });
 * }
 * ```
 */
export function metadataFrom(event: Pick<RecordedEvent, "id" | "metadata">): EventMetadata {
  const { id, metadata } = event;
  return { correlationId: metadata.correlationId ?? id, causationId: id, ...traceContextOf(metadata) };
}
