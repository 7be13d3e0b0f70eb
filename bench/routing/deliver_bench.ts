/**
 * The time that a bus takes to deliver an existing event to the handlers of its namespace. It includes the route of the
 * namespace, the order of delivery, filters, and the isolation of handlers that throw or reject. 64 namespaces take
 * turns.
 *
 * It is the time of a publication with handlers minus the time of a publication without handlers. The limit calls the
 * same handlers from an array.
 */
import { memory } from "../../adapters/memory/mod.ts";
import type { NamespacedEventBus } from "../../mod.ts";
import { measure } from "../measure.ts";
import type { Row } from "../report.ts";
import type { Scale } from "../scale.ts";
import { type Counted, type Handler, newHandler, seen } from "./handlers.ts";

const BUSES = 64;
const NOW = 3;
/** An event whose publication takes as little time as possible. */
const EVENT = { id: "an-event", type: "Viewed", data: null };

/** See the top of this file. */
export async function* benchDelivery({ rounds, count }: Scale): AsyncGenerator<Row, void, void> {
  await using backend = memory({ now: () => NOW });
  const busesOf = (area: string) => Array.from({ length: BUSES }, (_, i) => backend.bus.within(`tenant-${i}.${area}`));
  const unsubscribed = busesOf("unsubscribed");
  for (const each of [1, 10, 100]) {
    const subscribed = busesOf(`subscribed-${each}`);
    const arrays = subscribed.map(() => Array.from({ length: each }, (_, i) => newHandler(i)));
    const events = subscribed.map((bus, i) => subscribeAll(bus, arrays[i]!));
    const operations = Math.ceil(count(16_384) / Math.min(each, 10));
    const common = { operations, prepare: (round: number) => round };
    const measured = measure(rounds(101), [
      {
        ...common,
        name: "subscribed",
        run(round) {
          seen.sum = 0;
          for (let i = 0; i < operations; i++) subscribed[i + round & BUSES - 1]!.publish("order.42", EVENT);
          return seen.sum;
        },
      },
      {
        ...common,
        name: "unsubscribed",
        checked: false,
        run(round) {
          for (let i = 0; i < operations; i++) unsubscribed[i + round & BUSES - 1]!.publish("order.42", EVENT);
          return 0;
        },
      },
      {
        ...common,
        name: "array",
        run(round) {
          seen.sum = 0;
          for (let i = 0; i < operations; i++) {
            const at = i + round & BUSES - 1;
            const handlers = arrays[at]!;
            const event = events[at]!;
            for (let j = 0; j < handlers.length; j++) handlers[j]!(event);
          }
          return seen.sum;
        },
      },
    ]);
    const delivery = measured.difference("subscribed", "unsubscribed");
    const array = measured.nanoseconds("array");
    yield {
      group: "existing event, delivered by a bus",
      name: `${each} handler${each === 1 ? "" : "s"} / array loop`,
      measured: delivery / array,
      unit: "of the time",
      note: `bus ${delivery.toFixed(1)}, array ${array.toFixed(1)} ns`,
    };
  }
}

/** Subscribes handlers, publishes an event, and returns the object that they receive. */
function subscribeAll(bus: NamespacedEventBus, handlers: readonly Handler[]): Counted {
  for (const handler of handlers) bus.subscribe(handler);
  let received: Counted | undefined;
  using _ = bus.subscribe((event) => received = event);
  bus.publish("order.42", EVENT);
  if (received === undefined) throw new Error("Cannot measure: no handler received the event");
  return received;
}
