import type { EventStore, RecordedEvent, Subscription } from "@flowmade-one/aether";
import { assertEquals } from "@std/assert";
import { Ledger } from "./ledger.ts";

/** The actors of the workload. Each has one writer. */
const ACTORS = ["a", "b.1", "b.2", "é"];
/** Number of commits that are acknowledged before the fault, and again after it. */
const COMMITS = 100;

/**
 * Runs writers and subscribers before, during and after a fault. Then checks that exactly the acknowledged commits are
 * stored, and that the subscriptions delivered exactly the stored events.
 */
export async function runWorkloadDuringFault(
  writing: EventStore,
  following: EventStore,
  fault: (ledger: Ledger) => Promise<void>,
): Promise<void> {
  const ledger = new Ledger();
  const subscriptions = [following.subscribe(), following.subscribe({ actors: "b.*" })];
  const collected = subscriptions.map(collect);
  let isEnough = false;
  const work = Promise.all(ACTORS.map((actorId) => ledger.write(writing, actorId, () => isEnough)));
  // A subscription may fail until it has caught up for the first time, but not afterwards.
  await Promise.race([Promise.all(subscriptions.map(({ caughtUp }) => caughtUp)), work]);
  await Promise.race([ledger.more(COMMITS), work]);
  await Promise.race([fault(ledger), work]);
  await Promise.race([ledger.more(COMMITS), work]);
  isEnough = true;
  await work;
  const log = await following.readAll().toArray();
  ledger.check(log);
  for (const [i, events] of [log, log.filter(({ actorId }) => actorId.startsWith("b."))].entries()) {
    assertEquals(await collected[i]!.until(events.length), events.map(placeOf), "the delivered events");
  }
}

/** Reads a subscription. `until` waits for a number of events, closes the subscription and returns all events. */
function collect(subscription: Subscription<RecordedEvent>): { until(count: number): Promise<string[]> } {
  const places: string[] = [];
  let more = Promise.withResolvers<void>();
  const taking = (async () => {
    for await (const event of subscription) {
      places.push(placeOf(event));
      more.resolve();
    }
  })();
  // Prevents an unhandled rejection. until() rejects with the same error.
  taking.catch(() => {});
  return {
    async until(count) {
      while (places.length < count) {
        more = Promise.withResolvers();
        await Promise.race([more.promise, taking]);
      }
      await subscription.close();
      await taking;
      return places;
    },
  };
}

function placeOf({ actorId, version, position }: RecordedEvent): string {
  return `${actorId} ${version} ${position}`;
}
