/**
 * The time in which a bus delivers an existing event to the handlers of its namespace: the namespace's route, the order
 * of delivery, filters, and the isolation of handlers that throw or reject. 64 namespaces take turns.
 *
 * It is the time to publish with handlers, less the time to publish without. The limit calls the same handlers from an
 * array.
 */
import { memory } from "../../adapters/memory/mod.ts";
import type { NamespacedEventBus } from "../../mod.ts";
import { measure } from "../measure.ts";
import type { Row } from "../report.ts";
import type { Scale } from "../scale.ts";
import { type Counted, type Handler, newHandler, seen } from "./handlers.ts";

const BUSES = 64;
const NOW = 3;
/** As cheap to publish as an event can be. */
const EVENT = { id: "an-event", type: "Viewed", data: null };

/** See the top of this file. */
export async function* benchDelivery({ rounds, count }: Scale): AsyncGenerator<Row, void, void> {
  await using backend = memory({ now: () => NOW });
  const busesOf = (area: string) => Array.from({ length: BUSES }, (_, i) => backend.bus.within(`tenant-${i}.${area}`));
  const silent = busesOf("silent");
  for (const each of [1, 10, 100]) {
    const heard = busesOf(`heard-${each}`);
    const arrays = heard.map(() => Array.from({ length: each }, (_, i) => newHandler(i)));
    const events = heard.map((bus, i) => takeEvent(bus, arrays[i]!));
    const operations = Math.ceil(count(16_384) / Math.min(each, 10));
    const common = { operations, prepare: (round: number) => round };
    const measured = measure(rounds(101), [
      {
        ...common,
        name: "heard",
        run(round) {
          seen.sum = 0;
          for (let i = 0; i < operations; i++) heard[i + round & BUSES - 1]!.publish("order.42", EVENT);
          return seen.sum;
        },
      },
      {
        ...common,
        name: "silent",
        checked: false,
        run(round) {
          for (let i = 0; i < operations; i++) silent[i + round & BUSES - 1]!.publish("order.42", EVENT);
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
    const delivery = measured.difference("heard", "silent");
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

/** Subscribes handlers, and returns an event that they received. */
function takeEvent(bus: NamespacedEventBus, handlers: readonly Handler[]): Counted {
  for (const handler of handlers) bus.subscribe(handler);
  let taken: Counted | undefined;
  using _ = bus.subscribe((event) => taken = event);
  bus.publish("order.42", EVENT);
  if (taken === undefined) throw new Error("Nobody got the event");
  return taken;
}
