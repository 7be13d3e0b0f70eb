import type { EventStore, RecordedEvent, Subscription } from "@flowmade-one/aether";
import { assertEquals } from "@std/assert";
import { Ledger } from "./ledger.ts";

const ACTORS = ["a", "b.1", "b.2", "é"];
/** Commits before the fault, and after it. */
const COMMITS = 100;

/**
 * Runs writers and subscribers during a fault. Then compares the results of appends with the stored commits, and with
 * the delivered events.
 */
export async function workThrough(
  writing: EventStore,
  following: EventStore,
  fault: (ledger: Ledger) => Promise<void>,
): Promise<void> {
  const ledger = new Ledger();
  const subscriptions = [following.subscribe(), following.subscribe({ actors: "b.*" })];
  const seen = subscriptions.map(collect);
  let enough = false;
  const work = Promise.all(ACTORS.map((actorId) => ledger.write(writing, actorId, () => enough)));
  // A subscription that fails at its start reports that. Later it continues through every fault.
  await Promise.race([Promise.all(subscriptions.map(({ caughtUp }) => caughtUp)), work]);
  await Promise.race([ledger.more(COMMITS), work]);
  await Promise.race([fault(ledger), work]);
  await Promise.race([ledger.more(COMMITS), work]);
  enough = true;
  await work;
  const log = await following.readAll().toArray();
  ledger.check(log);
  for (const [i, events] of [log, log.filter(({ actorId }) => actorId.startsWith("b."))].entries()) {
    assertEquals(await seen[i]!.until(events.length), events.map(placeOf), "what a subscriber was given");
  }
}

/** Takes events up to this number. */
function collect(subscription: Subscription<RecordedEvent>): { until(count: number): Promise<string[]> } {
  const places: string[] = [];
  let more = Promise.withResolvers<void>();
  const taking = (async () => {
    for await (const event of subscription) {
      places.push(placeOf(event));
      more.resolve();
    }
  })();
  // Called by each waiter for events.
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
