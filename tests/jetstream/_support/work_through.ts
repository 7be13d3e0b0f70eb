import type { EventStore, RecordedEvent, Subscription } from "@flowmade-one/aether";
import { assertEquals } from "@std/assert";
import { Ledger } from "./ledger.ts";

const ACTORS = ["a", "b.1", "b.2", "é"];
/** Commits before the fault, and after it. */
const COMMITS = 100;

/**
 * Has writers and subscribers at work while `fault` is done. Afterwards what writers were told is compared with what is
 * stored, and what subscribers were given.
 *
 * @param writing A store of a namespace.
 * @param following One of the same namespace, of another connection.
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
  // A beginning that fails is told to who subscribed; after that a subscription goes on, whatever happens.
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

/** Takes events until so many are there. */
function collect(subscription: Subscription<RecordedEvent>): { until(count: number): Promise<string[]> } {
  const places: string[] = [];
  let more = Promise.withResolvers<void>();
  const taking = (async () => {
    for await (const event of subscription) {
      places.push(placeOf(event));
      more.resolve();
    }
  })();
  // Told by whoever waits for events.
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
