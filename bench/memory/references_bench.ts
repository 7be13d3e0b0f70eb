/**
 * One event is appended to each of 2,000 actors in random order, once a round, in this store and in the stores of other
 * libraries. All actors begin with the same number of events.
 *
 * Emmett counts the events of all streams at each append, and copies the stream that it appends to. Castore's adapter
 * searches the stream for the version and keeps the objects of the caller. It does less, because it does not check,
 * copy or freeze them. The bench calls the adapter directly, without Castore's `EventStore` around it.
 */
import { InMemoryEventStorageAdapter } from "npm:@castore/event-storage-adapter-in-memory@2.4.2";
import { getInMemoryEventStore } from "npm:@event-driven-io/emmett@0.42.0";
import { memory } from "../../adapters/memory/mod.ts";
import type { EventStore } from "../../mod.ts";
import { MAX_EVENTS_PER_COMMIT } from "../../limits.ts";
import { type AsyncCandidate, measureAsync, type Measured } from "../measure.ts";
import type { Row } from "../report.ts";
import type { Scale } from "../scale.ts";
import { actorIds, shuffledActors } from "./actors.ts";
import { makeEvent } from "./make_event.ts";

const CONTEXT = { eventStoreId: "bench" };

/** The store of a candidate, and the actors in the order of the appends. */
interface Input<S> {
  readonly store: S;
  readonly order: Uint32Array;
}

/** See the top of this file. */
export async function* benchReferences({ rounds, count }: Scale): AsyncGenerator<Row, void, void> {
  const actors = actorIds(count(2_000));
  const operations = actors.length;

  const ours = (events: number): AsyncCandidate<Input<EventStore>> => ({
    name: "store",
    operations,
    async prepare(round) {
      const store = memory().store("bench");
      for (const actor of actors) {
        for (let at = 0; at < events;) {
          const length = Math.min(MAX_EVENTS_PER_COMMIT, events - at);
          const batch = Array.from({ length }, (_, i) => makeEvent(at + i));
          at = (await store.append(actor, batch, { expectedVersion: at })).version;
        }
      }
      return { store, order: shuffledActors(round, actors.length) };
    },
    async run({ store, order }) {
      let sum = 0;
      for (const at of order) {
        sum += (await store.append(actors[at]!, [makeEvent(at)], { expectedVersion: events })).version;
      }
      return sum;
    },
  });
  const emmett = (events: number): AsyncCandidate<Input<ReturnType<typeof getInMemoryEventStore>>> => ({
    name: "Emmett",
    operations,
    async prepare(round) {
      const store = getInMemoryEventStore();
      for (const actor of actors) {
        await store.appendToStream(actor, Array.from({ length: events }, (_, i) => makeEvent(i)));
      }
      return { store, order: shuffledActors(round, actors.length) };
    },
    async run({ store, order }) {
      const options = { expectedStreamVersion: BigInt(events) };
      let sum = 0;
      for (const at of order) {
        const { nextExpectedStreamVersion } = await store.appendToStream(actors[at]!, [makeEvent(at)], options);
        sum += Number(nextExpectedStreamVersion);
      }
      return sum;
    },
  });
  const castore = (events: number): AsyncCandidate<Input<InMemoryEventStorageAdapter>> => ({
    name: "Castore",
    operations,
    prepare(round) {
      const timestamp = new Date(0).toISOString();
      const initialEvents = actors.flatMap((aggregateId) =>
        Array.from({ length: events }, (_, i) => {
          const { type, data } = makeEvent(i);
          return { aggregateId, version: i + 1, type, timestamp, payload: data };
        })
      );
      const store = new InMemoryEventStorageAdapter({ initialEvents });
      return { store, order: shuffledActors(round, actors.length) };
    },
    async run({ store, order }) {
      let sum = 0;
      for (const at of order) {
        const { type, data } = makeEvent(at);
        const detail = { aggregateId: actors[at]!, version: events + 1, type, payload: data };
        sum += (await store.pushEvent(detail, CONTEXT)).event.version;
      }
      return sum;
    },
  });

  const few = await measureAsync(rounds(31), [ours(1), emmett(1), castore(1)]);
  yield row("1 event", "Emmett", few, 10);
  yield row("1 event", "Castore", few, 5);
  const many = await measureAsync(rounds(3), [ours(count(200)), castore(count(200))]);
  yield row("200 events", "Castore", many);
}

function row(events: string, reference: "Emmett" | "Castore", measured: Measured, reach?: number): Row {
  return {
    group: `append to 2,000 actors of ${events}`,
    name: `vs ${reference}, in memory`,
    measured: measured.timeRatio(reference, "store"),
    unit: "x",
    reach,
    note: `${measured.nanoseconds("store").toFixed(0)}, ${reference} ${measured.nanoseconds(reference).toFixed(0)} ns`,
  };
}
