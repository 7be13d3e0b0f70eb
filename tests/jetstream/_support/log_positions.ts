/** Appends and reads that check which positions a log accepts. */
import type { EventStore, Position } from "@flowmade-one/aether";
import { assertEquals } from "@std/assert";
import { codeOf } from "./failure_of.ts";

const event = [{ type: "T", data: {} }];

/** Appends an event to each of these actors, whose ids are single characters. Returns the end of the log. */
export async function appendTo(store: EventStore, actors: string): Promise<Position> {
  for (const actor of actors) await store.append(actor, event, { expectedVersion: "any" });
  return (await store.end())!;
}

/** The actors of the events after a position, as one string. */
export async function actorsAfter(store: EventStore, after: Position): Promise<string> {
  return (await store.readAll({ after }).toArray()).map(({ actorId }) => actorId).join("");
}

/** Checks that a read and a subscription refuse a position. */
export async function assertRefused(store: EventStore, after: Position): Promise<void> {
  assertEquals(await codeOf(store.readAll({ after }).toArray()), "unknown-position");
  await using subscription = store.subscribe({ after });
  assertEquals(await codeOf(subscription.caughtUp), "unknown-position");
}
