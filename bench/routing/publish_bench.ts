/**
 * A new event is published on one of 64 buses of a namespace, and delivered to one handler. Each candidate does one
 * thing more than the candidate before it. The differences add up to the whole publication.
 *
 * The limit makes the same event and calls the handler, without a check, an id, a copy or a freeze.
 */
import { memory } from "../../adapters/memory/mod.ts";
import type { NamespacedEventBus } from "../../mod.ts";
import { makeEvent } from "../memory/make_event.ts";
import { type Candidate, measure } from "../measure.ts";
import type { Row } from "../report.ts";
import type { Scale } from "../scale.ts";
import { newHandler, seen } from "./handlers.ts";

const BUSES = 64;
/** The time of every event, which the handlers add up. The option `now` also calls the real clock, as by default. */
const NOW = 3;

/** See the top of this file. */
export async function* benchPublish({ rounds, count }: Scale): AsyncGenerator<Row, void, void> {
  await using backend = memory({ now: () => Math.min(Date.now(), NOW) });
  const busesOf = (area: string) => Array.from({ length: BUSES }, (_, i) => backend.bus.within(`tenant-${i}.${area}`));
  const unsubscribed = busesOf("unsubscribed");
  const subscribed: Record<number, readonly NamespacedEventBus[]> = {};
  for (const each of [1, 10, 100]) {
    subscribed[each] = busesOf(`subscribed-${each}`);
    for (const bus of subscribed[each]) for (let i = 0; i < each; i++) bus.subscribe(newHandler(i));
  }
  const actors = Array.from({ length: 256 }, (_, i) => ["order", String(100_000 + i)].join("."));
  const operations = count(8_192);
  const premade = Array.from({ length: operations }, (_, i) => makeEvent(i));
  /** Several handlers, so that V8 cannot optimize the event away. */
  const handlers = Array.from({ length: BUSES }, () => newHandler(0));
  const common = { operations, prepare: (round: number) => round };
  const one = subscribed[1]!;

  // Separate loops, so that no candidate is slowed down by the object shapes of another.
  const split: Candidate<number>[] = [
    {
      ...common,
      name: "checks of actor id, type and size, the time, the frozen event",
      checked: false,
      run(round) {
        for (let i = 0; i < operations; i++) {
          unsubscribed[i + round & BUSES - 1]!.publish(actors[i & 255]!, { id: "an-event", type: "Placed", data: i });
        }
        return 0;
      },
    },
    {
      ...common,
      name: "a random id",
      checked: false,
      run(round) {
        for (let i = 0; i < operations; i++) {
          unsubscribed[i + round & BUSES - 1]!.publish(actors[i & 255]!, { type: "Placed", data: i });
        }
        return 0;
      },
    },
    {
      ...common,
      name: "JSON check, copy and freeze of 7 objects",
      checked: false,
      run(round) {
        for (let i = 0; i < operations; i++) {
          unsubscribed[i + round & BUSES - 1]!.publish(actors[i & 255]!, premade[i]!);
        }
        return 0;
      },
    },
    {
      ...common,
      name: "making the event in the caller",
      checked: false,
      run(round) {
        for (let i = 0; i < operations; i++) {
          unsubscribed[i + round & BUSES - 1]!.publish(actors[i & 255]!, makeEvent(i));
        }
        return 0;
      },
    },
    {
      ...common,
      name: "delivery to one handler",
      run(round) {
        seen.sum = 0;
        for (let i = 0; i < operations; i++) one[i + round & BUSES - 1]!.publish(actors[i & 255]!, makeEvent(i));
        return seen.sum;
      },
    },
    {
      ...common,
      name: "limit",
      run(round) {
        seen.sum = 0;
        for (let i = 0; i < operations; i++) {
          const { type, data } = makeEvent(i);
          const event = { timestamp: NOW, type, data, actorId: actors[i & 255]! };
          handlers[i + round & BUSES - 1]!(event);
        }
        return seen.sum;
      },
    },
  ];
  const measured = measure(rounds(41), split);
  const parts = split.slice(0, -1).map(({ name }) => name);
  for (const [i, name] of parts.entries()) {
    const before = parts[i - 1];
    yield {
      group: "one publish",
      name,
      measured: before === undefined ? measured.nanoseconds(name) : measured.difference(name, before),
      unit: "ns",
      note: `${measured.nanoseconds(name).toFixed(0)} ns up to here`,
    };
  }
  const whole = parts.at(-1)!;
  yield {
    group: "one publish",
    name: "the whole publish / making the event and calling the handler",
    measured: measured.timeRatio(whole, "limit"),
    unit: "of the time",
    note: `${measured.nanoseconds(whole).toFixed(0)} / ${measured.nanoseconds("limit").toFixed(0)} ns`,
  };

  const toHandlers = Object.entries(subscribed).map(([each, buses]): Candidate<number> => ({
    ...common,
    name: each,
    checked: false,
    run(round) {
      for (let i = 0; i < operations; i++) buses[i + round & BUSES - 1]!.publish(actors[i & 255]!, makeEvent(i));
      return 0;
    },
  }));
  const many = measure(rounds(21), toHandlers);
  for (const { name } of toHandlers.slice(1)) {
    yield {
      group: "one publish",
      name: `to ${name} handlers`,
      measured: many.nanoseconds(name),
      unit: "ns",
      note: `to 1: ${many.nanoseconds("1").toFixed(0)} ns`,
    };
  }
}
