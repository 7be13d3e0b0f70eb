/**
 * One event is appended to one of 100,000 actors at random. Each actor has one event before that. The limit pushes the
 * same event to an array in a `Map`, without a check, a copy, a version or a log. The fair reference does what a
 * program does that keeps its events in an array. It pushes a frozen copy with id and time, by code that is written for
 * this event.
 *
 * Before each timed call, the state is made anew and garbage is collected. Each candidate is then alone on the heap: it
 * pays for its own garbage, and for the objects that it keeps. A collection also discards optimized code if no
 * object of its shapes is left. A smaller call, which is not timed, makes V8 optimize the code again.
 */
import { memory } from "../../adapters/memory/mod.ts";
import type { EventStore } from "../../mod.ts";
import { collectGarbage } from "../heap.ts";
import { type AsyncCandidate, measureAsync, type Measured } from "../measure.ts";
import type { Row } from "../report.ts";
import type { Scale } from "../scale.ts";
import { actorIds, randomOrder } from "./actors.ts";
import { makeEvent, type Placed } from "./make_event.ts";

const { freeze } = Object;

interface StoreInput {
  readonly store: EventStore;
  readonly versions: Uint32Array;
  readonly order: Uint32Array;
  readonly events: readonly Placed[];
}

interface MapInput {
  readonly map: Map<string, object[]>;
  readonly order: Uint32Array;
  readonly events: readonly Placed[];
}

/** See the top of this file. */
export async function* benchAppend({ rounds, count }: Scale): AsyncGenerator<Row, void, void> {
  const actors = actorIds(count(100_000));
  const operations = count(100_000);
  const warmUp = count(10_000);

  const newStoreInput = async (
    size: number,
    length: number,
    round: number,
    isPremade: boolean,
  ): Promise<StoreInput> => {
    const store = memory().store("bench");
    for (let i = 0; i < size; i++) await store.append(actors[i]!, [makeEvent(i)], { expectedVersion: 0 });
    const events = isPremade ? Array.from({ length }, (_, i) => makeEvent(i)) : [];
    return { store, versions: new Uint32Array(size).fill(1), order: randomOrder(round, length, size), events };
  };
  const newMapInput = (size: number, length: number, round: number, isPremade: boolean): MapInput => {
    const map = new Map<string, object[]>();
    for (let i = 0; i < size; i++) map.set(actors[i]!, [makeEvent(i)]);
    const events = isPremade ? Array.from({ length }, (_, i) => makeEvent(i)) : [];
    return { map, order: randomOrder(round, length, size), events };
  };
  /** A candidate, from a loop and a function that makes its input. `isPremade`: whether the events are part of it. */
  const candidate = <I>(
    name: string,
    isPremade: boolean,
    newInput: (size: number, length: number, round: number, isPremade: boolean) => I | Promise<I>,
    run: AsyncCandidate<I>["run"],
  ): AsyncCandidate<I> => ({
    name,
    operations,
    async prepare(round) {
      const input = await newInput(actors.length, operations, round, isPremade);
      collectGarbage();
      await run(await newInput(warmUp, warmUp, round, isPremade));
      return input;
    },
    run,
  });

  const loops = {
    async store({ store, versions, order }: StoreInput) {
      let sum = 0;
      for (let i = 0; i < order.length; i++) {
        const at = order[i]!;
        const { version } = await store.append(actors[at]!, [makeEvent(i)], { expectedVersion: versions[at]! });
        sum += versions[at] = version;
      }
      return sum;
    },
    map({ map, order }: MapInput) {
      let sum = 0;
      for (let i = 0; i < order.length; i++) sum += map.get(actors[order[i]!]!)!.push(makeEvent(i));
      return sum;
    },
    copy({ map, order }: MapInput) {
      let sum = 0;
      for (let i = 0; i < order.length; i++) sum += map.get(actors[order[i]!]!)!.push(frozenCopy(makeEvent(i)));
      return sum;
    },
    async storePremade({ store, versions, order, events }: StoreInput) {
      let sum = 0;
      for (let i = 0; i < order.length; i++) {
        const at = order[i]!;
        const { version } = await store.append(actors[at]!, [events[i]!], { expectedVersion: versions[at]! });
        sum += versions[at] = version;
      }
      return sum;
    },
    mapPremade({ map, order, events }: MapInput) {
      let sum = 0;
      for (let i = 0; i < order.length; i++) sum += map.get(actors[order[i]!]!)!.push(events[i]!);
      return sum;
    },
  };

  const fromNew = await measureAsync(rounds(11), [
    candidate("store", false, newStoreInput, loops.store),
    candidate("map", false, newMapInput, loops.map),
    candidate("copy", false, newMapInput, loops.copy),
  ]);
  const appended = "one event, checked, copied, frozen";
  yield { ...row(`${appended} / pushing it to an array in a Map`, fromNew), reach: 3.8, stretch: 3.3 };
  yield row(`${appended} / pushing a frozen copy made by hand`, fromNew, "copy");
  const fromPremade = await measureAsync(rounds(7), [
    candidate("store", true, newStoreInput, loops.storePremade),
    candidate("map", true, newMapInput, loops.mapPremade),
  ]);
  yield row("one event made beforehand / pushing it to an array in a Map", fromPremade);
}

/** A frozen copy of an event, as written by hand for its shape. */
function frozenCopy({ type, data: { order, customer, item, channel } }: Placed): object {
  const { number, address } = customer;
  const { sku, quantity, price } = item;
  return freeze({
    id: crypto.randomUUID(),
    type,
    time: Date.now(),
    data: freeze({
      order,
      customer: freeze({
        number,
        address: freeze({ street: address.street, number: address.number, place: freeze({ ...address.place }) }),
      }),
      item: freeze({ sku, quantity, price: freeze({ ...price }) }),
      channel: freeze({ ...channel }),
    }),
  });
}

function row(name: string, measured: Measured, limit = "map"): Row {
  return {
    group: "append to 100,000 actors",
    name,
    measured: measured.timeRatio("store", limit),
    unit: "of the time",
    note: `${measured.nanoseconds("store").toFixed(0)} / ${measured.nanoseconds(limit).toFixed(0)} ns`,
  };
}
