/**
 * One event is appended to one of 10,000 actors at random, and 1,000 events of an actor are read, with and without an
 * event map. The limit of an append with schemas calls the schema by hand, and appends its output to a store without an
 * event map.
 */
import * as v from "valibot";
import { z } from "zod";
import { memory } from "../../adapters/memory/mod.ts";
import { events, type EventStore } from "../../mod.ts";
import type { StandardSchema } from "../../types.ts";
import { collectGarbage } from "../heap.ts";
import { type AsyncCandidate, measureAsync, type Measured } from "../measure.ts";
import type { Row } from "../report.ts";
import type { Scale } from "../scale.ts";
import { actorIds, randomOrder } from "./actors.ts";
import { makeEvent, type Placed } from "./make_event.ts";

/** Events of one read. */
const EVENTS = 1_000;

const ofZod = z.object({
  order: z.number(),
  customer: z.object({
    number: z.number(),
    address: z.object({
      street: z.string(),
      number: z.number(),
      place: z.object({ city: z.string(), country: z.string() }),
    }),
  }),
  item: z.object({
    sku: z.string(),
    quantity: z.number(),
    price: z.object({ cents: z.number(), currency: z.string() }),
  }),
  channel: z.object({ name: z.string(), campaign: z.null(), first: z.boolean() }),
});

const ofValibot = v.object({
  order: v.number(),
  customer: v.object({
    number: v.number(),
    address: v.object({
      street: v.string(),
      number: v.number(),
      place: v.object({ city: v.string(), country: v.string() }),
    }),
  }),
  item: v.object({
    sku: v.string(),
    quantity: v.number(),
    price: v.object({ cents: v.number(), currency: v.string() }),
  }),
  channel: v.object({ name: v.string(), campaign: v.null(), first: v.boolean() }),
});

type Data = Placed["data"];

/** The name of each library, its schema, and a function that opens a store with an event map of the schema. */
const LIBRARIES: readonly [name: string, schema: StandardSchema<Data>, open: () => EventStore][] = [
  ["Zod", ofZod, () => memory().store("bench", events({ Placed: ofZod })) as unknown as EventStore],
  ["Valibot", ofValibot, () => memory().store("bench", events({ Placed: ofValibot })) as unknown as EventStore],
];

const withoutMap = (): EventStore => memory().store("bench");
const ofTypes = (): EventStore => memory().store("bench", events<{ Placed: Data }>()) as unknown as EventStore;

/** The output of a schema, as an application would request it by hand. */
function outputOf(schema: StandardSchema<Data>, data: Data): Data {
  const result = schema["~standard"].validate(data);
  if (result instanceof Promise || result.issues !== undefined) {
    throw new Error("Cannot measure: the schema refuses a valid event");
  }
  return result.value;
}

/** See the top of this file. */
export async function* benchSchemas(scale: Scale): AsyncGenerator<Row, void, void> {
  yield* benchAppends(scale);
  yield* benchReads(scale);
}

async function* benchAppends({ rounds, count }: Scale): AsyncGenerator<Row, void, void> {
  const actors = actorIds(count(10_000));
  const operations = count(50_000);
  const candidate = (name: string, open: () => EventStore, make: (i: number) => Placed): AsyncCandidate<Appends> => ({
    name,
    operations,
    async prepare(round) {
      const input = {
        store: open(),
        versions: new Uint32Array(actors.length),
        order: randomOrder(round, operations, actors.length),
      };
      collectGarbage();
      // See append_bench.ts.
      const length = count(5_000);
      await appendAll({
        store: open(),
        versions: new Uint32Array(actors.length),
        order: randomOrder(round, length, actors.length),
      }, make);
      return input;
    },
    run: (input) => appendAll(input, make),
  });
  async function appendAll({ store, versions, order }: Appends, make: (i: number) => Placed): Promise<number> {
    let sum = 0;
    for (let i = 0; i < order.length; i++) {
      const at = order[i]!;
      const { version } = await store.append(actors[at]!, [make(i)], { expectedVersion: versions[at]! });
      sum += versions[at] = version;
    }
    return sum;
  }
  const types = await measureAsync(rounds(15), [
    candidate("an event map of types", ofTypes, makeEvent),
    candidate("no event map", withoutMap, makeEvent),
  ]);
  yield { ...row("append an event", types, "an event map of types", "no event map"), reach: 1.05 };
  for (const [name, schema, open] of LIBRARIES) {
    const [inMap, byHand] = [`${name} in the event map`, `${name} called by hand`];
    const measured = await measureAsync(rounds(15), [
      candidate(inMap, open, makeEvent),
      candidate(byHand, withoutMap, (i) => {
        const { type, data } = makeEvent(i);
        return { type, data: outputOf(schema, data) };
      }),
    ]);
    yield { ...row("append an event", measured, inMap, byHand), reach: 1.1 };
  }
}

interface Appends {
  readonly store: EventStore;
  readonly versions: Uint32Array;
  readonly order: Uint32Array;
}

async function* benchReads({ rounds, count }: Scale): AsyncGenerator<Row, void, void> {
  const actors = actorIds(16);
  const operations = count(1_000);
  const candidate = async (name: string, open: () => EventStore): Promise<AsyncCandidate<Uint32Array>> => {
    const store = open();
    for (const actor of actors) {
      await store.append(actor, Array.from({ length: EVENTS }, (_, i) => makeEvent(i)), { expectedVersion: 0 });
    }
    return {
      name,
      operations,
      prepare: (round) => randomOrder(round, operations, actors.length),
      async run(order) {
        let sum = 0;
        for (const at of order) sum += (await store.read(actors[at]!).toArray()).at(-1)!.version;
        return sum;
      },
    };
  };
  const [[name, , open]] = LIBRARIES as readonly [(typeof LIBRARIES)[number]];
  const schemas = `an event map of schemas of ${name}`;
  const measured = await measureAsync(rounds(51), [
    await candidate("an event map of types", ofTypes),
    await candidate(schemas, open),
    await candidate("no event map", withoutMap),
  ]);
  yield { ...row("read 1,000 events", measured, "an event map of types", "no event map"), reach: 1.05 };
  yield row("read 1,000 events", measured, schemas, "no event map");
}

function row(group: string, measured: Measured, left: string, right: string): Row {
  return {
    group,
    name: `${left} / ${right}`,
    measured: measured.timeRatio(left, right),
    unit: "of the time",
    note: `${measured.nanoseconds(left).toFixed(0)} / ${measured.nanoseconds(right).toFixed(0)} ns`,
  };
}
