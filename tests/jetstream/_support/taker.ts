import type { RecordedEvent, Subscription } from "@flowmade-one/aether";

/**
 * A function that takes the next `count` events of a subscription, fewer if it is closed meanwhile. Other than a
 * `for await` loop, it leaves the subscription open.
 */
export function taker(subscription: Subscription<RecordedEvent>): (count: number) => Promise<RecordedEvent[]> {
  const iterator = subscription[Symbol.asyncIterator]();
  return async (count) => {
    const taken: RecordedEvent[] = [];
    while (taken.length < count) {
      const { value, done } = await iterator.next();
      if (done) break;
      taken.push(value);
    }
    return taken;
  };
}
