import { UNKNOWN_LOG_IDENTITY } from "../../src/values/log_identity.ts";
import { logIdentityOf, offsetOf, parsePosition, toPosition } from "../../src/values/position.ts";
import type { EventStore } from "../../src/store/event_store.ts";
import type { ReadAllOptions } from "../../src/store/options.ts";
import type { Position } from "../../src/base/position.ts";
import type { CaseDefinition } from "../case_definition.ts";
import { checkError, expectEqual, expectError, expectTrue } from "../expect.ts";
import { SubscriptionRecorder } from "../subscription_recorder.ts";
import { appendCommits, appendOne, coordinatesOf, countUp } from "../fixtures.ts";
import type { CaseContext } from "../case_context.ts";

/** A position belongs to one log. Every other log refuses it, in the same namespace or in another namespace. */
export const positionCases: readonly CaseDefinition[] = [
  {
    name: "append(), end(), reads, subscriptions and the bus return positions of one log",
    invariant: "order",
    run: async (context) => {
      const backend = await context.open();
      const [one, two] = [backend.store(context.namespace), backend.store(`${context.namespace}-two`)];
      const delivered: Position[] = [];
      backend.bus.within(context.namespace).subscribe((event) => delivered.push(event.position!));
      const followed = new SubscriptionRecorder(context, one.subscribe());
      const result = await one.append("order.1", [{ type: "Made", data: {} }, { type: "Made", data: {} }], {
        expectedVersion: 0,
      });
      const other = await appendOne(two, "order.1");
      const live = (await followed.until(2)).map(({ position }) => position);
      const log = (await one.readAll().toArray()).map(({ position }) => position);
      const actor = (await one.read("order.1").toArray()).map(({ position }) => position);
      const own = [
        result.position,
        (await one.end())!,
        ...result.events!.map(({ position }) => position),
        ...log,
        ...actor,
        ...live,
        ...delivered,
      ];
      const identity = logIdentityOf(result.position);
      expectEqual(own.map(parsePosition), own, "the positions of one log, parsed");
      expectEqual([...new Set(own.map(logIdentityOf))], [identity], "the identities in the positions");
      expectTrue(identity !== UNKNOWN_LOG_IDENTITY, "the log has an identity");
      expectTrue(identity !== logIdentityOf(other.position), "the log of another namespace has another identity");
    },
  },
  {
    name: "readAll() refuses a position of another log, also when this log has grown beyond it",
    invariant: "order",
    run: async (context) => {
      const store = await context.store();
      const refused = (after: Position, when: string) => expectReadsRefused(store, after, when);
      await refused(positionOfAnotherLog(), "of an empty log");
      const { position } = await appendOne(store, "order.1");
      await refused(positionOfAnotherLog(position), "at its end");
      await appendCommits(store, "order.2", countUp(1, 20).map(() => 2));
      await refused(positionOfAnotherLog(position), "that has grown beyond the position");
      await refused(toPosition(UNKNOWN_LOG_IDENTITY, offsetOf(position), 0, 1), "whose position names no log");
      const rest = await store.readAll({ after: position, limit: 1 }).toArray();
      expectEqual(coordinatesOf(rest), ["order.2@1"], "a read after the position of this log");
      const mixed = store.readAll({ after: position, before: positionOfAnotherLog(await store.end()) }).toArray();
      await expectError(mixed, "unknown-position", { namespace: context.namespace }, "a read between two logs");
    },
  },
  {
    name: "readAll() of an empty range returns no event, and refuses positions of another log",
    invariant: "order",
    run: async (context) => {
      const store = await context.store();
      const other = positionOfAnotherLog();
      await expectEmptyRangesRefused(store, other, other, "of an empty log");
      const { position: first } = await appendOne(store, "order.1");
      await appendCommits(store, "order.2", countUp(1, 20).map(() => 2));
      const last = (await store.end())!;
      for (const [after, before] of [[first, first], [last, first], [last, last]] as const) {
        for (const direction of ["forwards", "backwards"] as const) {
          const read = await store.readAll({ after, before, direction }).toArray();
          expectEqual(coordinatesOf(read), [], `a read ${direction} of an empty range`);
        }
      }
      const [otherFirst, otherLast] = [positionOfAnotherLog(first), positionOfAnotherLog(last)];
      await expectEmptyRangesRefused(store, otherFirst, otherFirst, "of another log");
      await expectEmptyRangesRefused(store, otherLast, otherFirst, "whose bounds are of another log");
      await expectEmptyRangesRefused(store, last, otherFirst, "whose end is of another log");
      const beyond = toPosition(logIdentityOf(last), offsetOf(last) + 1, 0, 1);
      await expectEmptyRangesRefused(store, beyond, first, "that starts beyond the end of the log");
    },
  },
  {
    name: "subscribe() fails after a position of another log, also when this log has grown beyond it",
    invariant: "order",
    run: async (context) => {
      const store = await context.store();
      await expectSubscriptionRefused(context, store, positionOfAnotherLog(), "to an empty log");
      const { position } = await appendOne(store, "order.1");
      await expectSubscriptionRefused(context, store, positionOfAnotherLog(position), "to a log at its end");
      await appendCommits(store, "order.2", countUp(1, 20).map(() => 2));
      await expectSubscriptionRefused(
        context,
        store,
        positionOfAnotherLog(position),
        "to a log that has grown beyond the position",
      );
      const followed = await new SubscriptionRecorder(context, store.subscribe({ after: position })).until(1);
      expectEqual(coordinatesOf(followed.slice(0, 1)), ["order.2@1"], "a subscription after the position of this log");
    },
  },
  {
    name: "readAll() and subscribe() refuse a position of another namespace, with a shorter or longer log",
    invariant: "isolation",
    run: async (context) => {
      const backend = await context.open();
      const [short, long] = [backend.store(context.namespace), backend.store(`${context.namespace}-two`)];
      await appendCommits(long, "order.1", countUp(1, 20).map(() => 1));
      const [first] = await long.readAll({ limit: 1 }).toArray();
      const { position: last } = await appendOne(long, "order.2");
      const { position } = await appendOne(short, "order.1");
      for (const [store, after] of [[short, last], [short, first!.position], [long, position]] as const) {
        await expectReadsRefused(store, after, `of "${store.namespace}"`);
        await expectSubscriptionRefused(context, store, after, `to "${store.namespace}"`);
      }
    },
  },
  {
    name: "append() of backends that create a log at the same time returns positions of one log",
    invariant: "order",
    requires: "sharedStorage",
    run: async (context) => {
      const open = await context.sharedStorage();
      const stores: EventStore[] = [];
      for (const _ of countUp(1, 3)) stores.push((await open()).store(context.namespace));
      const appends = stores.map((store, i) => appendOne(store, `order.${i}`));
      const returned = (await Promise.all(appends)).map(({ position }) => position);
      for (const store of stores) {
        const log = await store.readAll().toArray();
        expectEqual(log.map(({ position }) => position), [...returned].sort(), "the positions along the log");
        const rest = await store.readAll({ after: log[0]!.position }).toArray();
        expectEqual(coordinatesOf(rest), coordinatesOf(log.slice(1)), "the log after its first position");
      }
    },
  },
];

/** The same offset in a log with another identity. Without a position, the first offset. */
function positionOfAnotherLog(position?: Position): Position {
  if (position === undefined) return toPosition("ffffffffffff", 1, 0, 1);
  const identity = logIdentityOf(position);
  const other = identity.endsWith("0") ? "1" : "0";
  return parsePosition(`${identity.slice(0, -1)}${other}${position.slice(identity.length)}`);
}

async function expectReadsRefused(store: EventStore, after: Position, when: string): Promise<void> {
  const { namespace } = store;
  const backwards = { direction: "backwards" } as const;
  const reads: ReadAllOptions[] = [
    { after },
    { after, limit: 1 },
    { after, actors: "order.*" },
    { after, types: ["Made"] },
    { after, ...backwards },
    { before: after },
    { before: after, ...backwards },
    { after: "oldest-available", before: after, ...backwards },
  ];
  for (const options of reads) {
    const read = store.readAll(options).toArray();
    await expectError(read, "unknown-position", { namespace }, `a read ${when}, ${JSON.stringify(options)}`);
  }
}

async function expectEmptyRangesRefused(
  store: EventStore,
  after: Position,
  before: Position,
  when: string,
): Promise<void> {
  const { namespace } = store;
  for (const direction of ["forwards", "backwards"] as const) {
    const read = store.readAll({ after, before, direction }).toArray();
    await expectError(read, "unknown-position", { namespace }, `a read ${direction} of an empty range ${when}`);
  }
}

async function expectSubscriptionRefused(
  context: CaseContext,
  store: EventStore,
  after: Position,
  when: string,
): Promise<void> {
  const { namespace } = store;
  const subscription = store.subscribe({ after });
  const error = await new SubscriptionRecorder(context, subscription).end();
  checkError(error, "unknown-position", { namespace }, `the error of a subscription ${when}`);
  await expectError(subscription.caughtUp, "unknown-position", { namespace }, `caughtUp of a subscription ${when}`);
}
