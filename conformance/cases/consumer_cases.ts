import { consume } from "../../src/consumers/consume.ts";
import type { ConsumeOptions } from "../../src/consumers/consumer_options.ts";
import { isAetherError } from "../../src/errors/is_aether_error.ts";
import type { EventStore } from "../../src/store/event_store.ts";
import type { CaseContext } from "../case_context.ts";
import type { CaseDefinition } from "../case_definition.ts";
import { ConsumerRecorder, waitUntil } from "../consumer_recorder.ts";
import { expectEqual, expectTrue } from "../expect.ts";
import { appendOne, countUp, someEvents } from "../fixtures.ts";

/** The values of the option `order`. Several cases run once with each. */
const ORDERS = ["log", "actor"] as const;

/** Options of every consumer. With a time to live of 15 s, a machine that stops for some seconds loses no session. */
const TIMING = { ttl: 15_000, saveEvery: 20, onError: () => {} } as const satisfies Partial<ConsumeOptions>;

/** Consumers: order, hand-off, failures, filters and namespaces. */
export const consumerCases: readonly CaseDefinition[] = [
  ...ORDERS.map((order): CaseDefinition => ({
    name: `consume() with order "${order}" handles stored and new events once, in order`,
    invariant: "consuming",
    requires: "records",
    run: async (context) => {
      const store = (await (await context.recordBackends())()).store(context.namespace);
      await store.append("order.1", someEvents(3), { expectedVersion: 0 });
      for (const n of countUp(1, 5)) await appendOne(store, `order.${n}`);
      const recorder = new ConsumerRecorder(context);
      const consumer = await consume(store, { ...TIMING, name: "c", order }, recorder.handler);
      await recorder.until(8);
      for (const n of countUp(1, 5)) await appendOne(store, `order.${n}`);
      await context.wait(consumer.caughtUp(), "caughtUp of the consumer");
      const log = await store.readAll().toArray();
      if (order === "log") {
        expectEqual(recorder.handled, log.map(({ actorId, version }) => `${actorId}@${version}`), "the handled events");
      }
      expectEqual(recorder.handled.length, log.length, "the number of handled events");
      for (const n of countUp(1, 5)) {
        const stored = log.filter(({ actorId }) => actorId === `order.${n}`).map(({ version }) => version);
        expectEqual(recorder.versions(`order.${n}`), stored, `the handled versions of order.${n}`);
      }
      await consumer.close();
    },
  })),
  ...ORDERS.map((order): CaseDefinition => ({
    name: `consume() with order "${order}" continues in another process after close(), and repeats no event`,
    invariant: "consuming",
    requires: "records",
    run: async (context) => {
      const open = await context.recordBackends();
      const stores = [(await open()).store(context.namespace), (await open()).store(context.namespace)] as const;
      const recorder = new ConsumerRecorder(context);
      const options = { ...TIMING, name: "c", order, saveEvery: 60_000 };
      await stores[0].append("order.1", someEvents(3), { expectedVersion: 0 });
      for (const n of countUp(2, 20)) await appendOne(stores[0], `order.${n}`);
      const first = await consume(stores[0], options, recorder.handler);
      await recorder.until(10);
      await context.wait(first.close(), "the first process to close");
      const second = await consume(stores[1], options, recorder.handler);
      await recorder.until(22);
      await appendOne(stores[1], "order.1");
      await recorder.until(23);
      expectEqual(new Set(recorder.handled).size, 23, "the number of different handled events");
      expectEqual(recorder.versions("order.1"), [1, 2, 3, 4], "the handled versions of order.1");
      await second.close();
    },
  })),
  {
    name: "consume() in two processes shares the lanes, and one process takes over when the other closes",
    invariant: "consuming",
    requires: "records",
    run: async (context) => {
      const open = await context.recordBackends();
      const recorder = new ConsumerRecorder(context);
      const options = { ...TIMING, name: "c", order: "actor" } as const;
      const stores = [(await open()).store(context.namespace), (await open()).store(context.namespace)] as const;
      const one = await consume(stores[0], options, recorder.handler);
      const two = await consume(stores[1], options, recorder.handler);
      await waitUntil(context, "8 lanes each", () => one.owned.length === 8 && two.owned.length === 8);
      for (const n of countUp(1, 30)) await appendOne(stores[n % 2]!, `order.${n}`);
      await recorder.until(30);
      await context.wait(one.close(), "one process to close");
      for (const n of countUp(1, 30)) await appendOne(stores[0], `order.${n}`);
      await recorder.until(60);
      expectEqual(new Set(recorder.handled).size, 60, "the number of different handled events");
      for (const n of countUp(1, 30)) {
        expectEqual(recorder.versions(`order.${n}`), [1, 2], `the versions of order.${n}`);
      }
      await two.close();
    },
  },
  {
    name: "consume() begins at the defined place: at the end of the log, or after a position inside a commit",
    invariant: "consuming",
    requires: "records",
    run: async (context) => {
      const open = await context.recordBackends();
      const store = (await open()).store(context.namespace);
      const { events } = await store.append("order.1", someEvents(3), { expectedVersion: 0 });
      const atEnd = new ConsumerRecorder(context);
      const inMiddle = new ConsumerRecorder(context);
      const now = { ...TIMING, name: "now", from: "now" } as const;
      await (await consume(store, now, atEnd.handler)).close();
      await appendOne(store, "order.1");
      const consumers = [
        await consume((await open()).store(context.namespace), now, atEnd.handler),
        await consume(store, { ...TIMING, name: "middle", from: events![0]!.position }, inMiddle.handler),
      ];
      await atEnd.until(1);
      await inMiddle.until(3);
      expectEqual(atEnd.handled, ["order.1@4"], "the events that were appended after the consumer was defined");
      expectEqual(inMiddle.handled, ["order.1@2", "order.1@3", "order.1@4"], "the events after the first event");
      for (const consumer of consumers) await consumer.close();
    },
  },
  {
    name: "consume() with a filter ignores other events, and catches up when the last events are not wanted",
    invariant: "consuming",
    requires: "records",
    run: async (context) => {
      const open = await context.recordBackends();
      const store = (await open()).store(context.namespace);
      const reader = (await open()).store(context.namespace);
      for (const order of ORDERS) {
        const recorder = new ConsumerRecorder(context);
        const options = { ...TIMING, name: order, order, actors: `${order}.*`, types: ["Made"] };
        const consumer = await consume(store, options, recorder.handler);
        await appendOne(store, `${order}.1`);
        await appendOne(store, `${order}.1`, {}, "Other");
        await appendOne(store, "another.1");
        await context.wait(consumer.caughtUp(), `caughtUp of the consumer with order "${order}"`);
        expectEqual(recorder.handled, [`${order}.1@1`], "the handled events");
        await appendOne(reader, "another.2");
        await context.wait(consumer.caughtUp(), `caughtUp of the consumer with order "${order}", live`);
        await appendOne(reader, `${order}.2`);
        await recorder.until(2);
        expectEqual(recorder.handled, [`${order}.1@1`, `${order}.2@1`], "the handled events");
        await consumer.close();
      }
    },
  },
  {
    name:
      "consume() retries a failed event before it handles a later one, and a redrive keeps the order of a parked actor",
    invariant: "consuming",
    requires: "records",
    run: async (context) => {
      const store = (await (await context.recordBackends())()).store(context.namespace);
      const attempts: string[] = [];
      const recorder = new ConsumerRecorder(context);
      const options: ConsumeOptions = { ...TIMING, name: "c", backoff: () => 1, onFailure };
      for (const actorId of ["order.1", "order.2", "order.1", "order.3"]) await appendOne(store, actorId);
      recorder.failing.add("order.1");
      const consumer = await consume(store, options, (event, { attempt }) => {
        attempts.push(`${event.actorId}@${event.version} ${attempt}`);
        recorder.handler(event);
      });
      await context.wait(consumer.caughtUp(), "caughtUp of the consumer");
      expectEqual(attempts, ["order.1@1 1", "order.1@1 2", "order.2@1 1", "order.3@1 1"], "the calls of the handler");
      recorder.failing.clear();
      await consumer.redrive("order.1");
      await recorder.until(4);
      expectEqual(recorder.handled, ["order.2@1", "order.3@1", "order.1@1", "order.1@2"], "the handled events");
      await consumer.close();
    },
  },
  {
    name: "consume() keeps consumers of the same name in two namespaces apart",
    invariant: "isolation",
    requires: "records",
    run: async (context) => {
      const backend = await (await context.recordBackends())();
      const namespaces = [context.namespace, `${context.namespace}.child`] as const;
      const stores: EventStore[] = namespaces.map((namespace) => backend.store(namespace));
      const recorders = namespaces.map(() => new ConsumerRecorder(context));
      const first = await consume(stores[0]!, { ...TIMING, name: "c" }, recorders[0]!.handler);
      // Another order: each namespace has its own definition.
      const second = await consume(stores[1]!, { ...TIMING, name: "c", order: "actor" }, recorders[1]!.handler);
      await appendOne(stores[0]!, "order.1");
      await appendOne(stores[1]!, "order.2");
      await Promise.all(recorders.map((recorder) => recorder.until(1)));
      await first.pause();
      expectTrue(!(await second.status()).paused, "the consumer of the other namespace is not paused");
      await appendOne(stores[1]!, "order.2");
      await recorders[1]!.until(2);
      await first.close();
      expectEqual((await second.status()).members.length, 1, "the members of the other consumer");
      await first.forget();
      expectEqual((await second.status()).lanes.length, 16, "the lanes of the other consumer");
      expectEqual(recorders.map(({ handled }) => handled), [["order.1@1"], ["order.2@1", "order.2@2"]], "the events");
      await second.close();
    },
  },
  ...ORDERS.map((order): CaseDefinition => ({
    name: `consume() with order "${order}" continues if every expired commit was handled or does not match its filter`,
    invariant: "consuming",
    requires: "retainCommits",
    run: (context) => continueUnderRetention(context, order),
  })),
];

function onFailure({ attempt }: { readonly attempt: number }): "retry" | "park" {
  return attempt < 2 ? "retry" : "park";
}

/** Number of commits that the namespace keeps. */
const KEPT = 1_000;

async function continueUnderRetention(context: CaseContext, order: "log" | "actor"): Promise<void> {
  const store = (await context.retainCommits(KEPT)).store(context.namespace);
  const recorder = new ConsumerRecorder(context);
  const options = { ...TIMING, name: "c", order, actors: "quiet.*" };
  await appendOne(store, "quiet.1");
  let consumer;
  try {
    consumer = await consume(store, options, recorder.handler);
  } catch (error) {
    if (isAetherError(error, "unsupported-storage")) return;
    throw error;
  }
  await recorder.until(1);
  for (let round = 0; round < 5; round++) {
    await Promise.all(
      countUp(1, 16).map(async (writer) => {
        for (const _ of countUp(1, 16)) await appendOne(store, `busy.${writer}`);
      }),
    );
    await context.wait(consumer.caughtUp(), "caughtUp of the consumer");
  }
  await consumer.close();
  const next = await consume(store, options, recorder.handler);
  await appendOne(store, "quiet.1");
  await context.wait(next.caughtUp(), "caughtUp of the next process");
  expectEqual(recorder.versions("quiet.1"), [1, 2], "the handled versions of the quiet actor");
  expectEqual(
    (await next.status()).lanes.map(({ failure }) => failure?.code ?? ""),
    next.owned.map(() => ""),
    "the failures of the lanes",
  );
  await next.close();
}
