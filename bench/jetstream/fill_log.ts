import type { EventStore } from "../../mod.ts";
import { actorIds } from "../memory/actors.ts";
import { makeEvent } from "./make_event.ts";

/** Number of concurrent appends that fill the log. */
const IN_FLIGHT = 256;

/** The actors that are read. Each has 10 events, in commits of one event. */
export const READ_ACTORS: readonly string[] = Array.from({ length: 16 }, (_, i) => `cart.${i}`);
export const EVENTS_OF_READ_ACTOR = 10;

/**
 * Fills a log with one-event commits: one of each of `others` actors, and between them, at even distances, the
 * commits of the {@link READ_ACTORS}.
 *
 * @returns The number of commits.
 */
export async function fillLog(store: EventStore, others: number): Promise<number> {
  const actors = actorIds(others);
  const gap = Math.floor(others / EVENTS_OF_READ_ACTOR);
  for (let version = 0; version < EVENTS_OF_READ_ACTOR; version++) {
    const last = version === EVENTS_OF_READ_ACTOR - 1;
    await appendAll(store, actors.slice(version * gap, last ? undefined : (version + 1) * gap), 0);
    await appendAll(store, READ_ACTORS, version);
  }
  return others + READ_ACTORS.length * EVENTS_OF_READ_ACTOR;
}

/** Appends an event to each actor. */
async function appendAll(store: EventStore, actors: readonly string[], expectedVersion: number): Promise<void> {
  const left = actors.entries();
  const writer = async () => {
    for (const [i, actor] of left) await store.append(actor, [makeEvent(i)], { expectedVersion });
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, writer));
}
