import type { Position } from "../src/base/position.ts";
import type { EventStore } from "../src/store/event_store.ts";

/** Six commits of four actors, in the order of the log. Each row: an actor, and the types of the commit's events. */
export const HISTORY: readonly (readonly [actorId: string, types: readonly string[]])[] = [
  ["order.1", ["Placed"]],
  ["order.2", ["Placed", "Paid", "Shipped"]],
  ["cart.1", ["Opened", "Filled"]],
  ["order.1", ["Paid", "Shipped"]],
  ["order.1.lines", ["Placed"]],
  ["order.2", ["Returned"]],
];

/** Appends the commits of {@link HISTORY}, and returns their positions. */
export async function appendHistory(store: EventStore): Promise<Position[]> {
  const positions = [];
  for (const [actorId, types] of HISTORY) {
    const events = types.map((type) => ({ type, data: {} }));
    positions.push((await store.append(actorId, events, { expectedVersion: "any" })).position);
  }
  return positions;
}
