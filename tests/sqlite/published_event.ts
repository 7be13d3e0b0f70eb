import { parseNamespace, type PublishedEvent } from "@flowmade-one/aether";

/** A published event of "order.1" in the namespace "t", whose data is a number. */
export function publishedEvent(n: number): PublishedEvent {
  return {
    id: `e${n}`,
    type: "Viewed",
    schemaVersion: 1,
    namespace: parseNamespace("t"),
    actorId: "order.1",
    timestamp: n,
    data: n,
    metadata: {},
  };
}
