/**
 * The time from the call of `append()` until a subscription in the same process returns the event. Beside it is the
 * time from the call of `js.publish` until the callback of an ordered push consumer of nats.js. Each event waits for
 * the one before it. Subscription and consumer have reached the end of their log before.
 */
import { type AsyncCandidate, measureAsync } from "../measure.ts";
import type { Row } from "../report.ts";
import type { Scale } from "../scale.ts";
import { eventBytes, makeEvent } from "./make_event.ts";
import { microseconds } from "./microseconds.ts";
import type { Fixture } from "./fixture.ts";

/** See the top of this file. */
export async function* benchLive({ backend, js, addStream }: Fixture, scale: Scale): AsyncGenerator<Row, void, void> {
  await addStream("live");
  const store = backend.store("live");
  const operations = scale.count(200);
  const bytes = eventBytes(0);

  await using subscription = store.subscribe();
  const events = subscription[Symbol.asyncIterator]();
  const subscribe: AsyncCandidate<string> = {
    name: "subscribe",
    operations,
    prepare: (round) => `order.${round}`,
    async run(actor) {
      let sum = 0;
      for (let i = 0; i < operations; i++) {
        const next = events.next();
        const [{ value: event }] = await Promise.all([
          next,
          store.append(actor, [makeEvent(i)], { expectedVersion: i }),
        ]);
        if (event?.actorId === actor && event.version === i + 1) sum++;
      }
      return sum;
    },
  };

  let arrived = () => {};
  const consumer = await js.consumers.getPushConsumer("live");
  const messages = await consumer.consume({ callback: () => arrived() });
  const ordered: AsyncCandidate<string> = {
    name: "ordered",
    operations,
    prepare: (round) => `live.${round}`,
    async run(subject) {
      let sum = 0;
      for (let i = 0; i < operations; i++) {
        const { promise, resolve } = Promise.withResolvers<void>();
        arrived = resolve;
        const [{ seq }] = await Promise.all([js.publish(subject, bytes), promise]);
        if (seq > 0) sum++;
      }
      return sum;
    },
  };
  const measured = await measureAsync(scale.rounds(11), [subscribe, ordered]);
  await messages.close();
  yield {
    group: "from an append to its event in a subscription",
    name: "one event after the other",
    measured: measured.nanoseconds("subscribe") / 1_000,
    unit: "µs",
    note: `publish to an ordered push consumer of nats.js: ${microseconds(measured, "ordered")} µs`,
  };
}
