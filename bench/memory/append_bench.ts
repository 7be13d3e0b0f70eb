/**
 * One event is appended to one of 100,000 actors at random, each of which has one event before. The limit is to push the
 * same event to an array in a `Map`: no check, no copy, no version, no log. The fair reference pushes a frozen copy with
 * id and time, written by hand for the shape of this event: what a program does that keeps its events in an array.
 *
 * Before every timed call the state is made anew and garbage is collected, so that each candidate is alone on the heap
 * and pays for all the garbage that it makes itself, and for keeping what it keeps. A collection also makes V8 forget
 * optimized code whose objects are all gone: a smaller call that is not timed brings it back.
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

  const newStoreInput = async (size: number, length: number, round: number, made: boolean): Promise<StoreInput> => {
    const store = memory().store("bench");
    for (let i = 0; i < size; i++) await store.append(actors[i]!, [makeEvent(i)], { expectedVersion: 0 });
    const events = made ? Array.from({ length }, (_, i) => makeEvent(i)) : [];
    return { store, versions: new Uint32Array(size).fill(1), order: randomOrder(round, length, size), events };
  };
  const newMapInput = (size: number, length: number, round: number, made: boolean): MapInput => {
    const map = new Map<string, object[]>();
    for (let i = 0; i < size; i++) map.set(actors[i]!, [makeEvent(i)]);
    const events = made ? Array.from({ length }, (_, i) => makeEvent(i)) : [];
    return { map, order: randomOrder(round, length, size), events };
  };
  /** A candidate out of a loop, and of how its input is made. */
  const candidate = <I>(
    name: string,
    made: boolean,
    newInput: (size: number, length: number, round: number, made: boolean) => I | Promise<I>,
    run: AsyncCandidate<I>["run"],
  ): AsyncCandidate<I> => ({
    name,
    operations,
    async prepare(round) {
      const input = await newInput(actors.length, operations, round, made);
      collectGarbage();
      await run(await newInput(warmUp, warmUp, round, made));
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
    async storeMade({ store, versions, order, events }: StoreInput) {
      let sum = 0;
      for (let i = 0; i < order.length; i++) {
        const at = order[i]!;
        const { version } = await store.append(actors[at]!, [events[i]!], { expectedVersion: versions[at]! });
        sum += versions[at] = version;
      }
      return sum;
    },
    mapMade({ map, order, events }: MapInput) {
      let sum = 0;
      for (let i = 0; i < order.length; i++) sum += map.get(actors[order[i]!]!)!.push(events[i]!);
      return sum;
    },
  };

  const making = await measureAsync(rounds(11), [
    candidate("store", false, newStoreInput, loops.store),
    candidate("map", false, newMapInput, loops.map),
    candidate("copy", false, newMapInput, loops.copy),
  ]);
  const appended = "one event, checked, copied, frozen";
  yield { ...row(`${appended} / pushing it to an array in a Map`, making), reach: 3.8, stretch: 3.3 };
  yield row(`${appended} / pushing a frozen copy made by hand`, making, "copy");
  const made = await measureAsync(rounds(7), [
    candidate("store", true, newStoreInput, loops.storeMade),
    candidate("map", true, newMapInput, loops.mapMade),
  ]);
  yield row("the same with events made beforehand", made);
}

/** The frozen copy of an event, as a program writes it that knows the event's shape. */
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
