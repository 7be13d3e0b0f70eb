import type { RecordedEvent, Subscription } from "@flowmade-one/aether";

/** Takes as many events as it is asked for, fewer if the subscription is closed meanwhile, and leaves it open. */
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
