import { type Decider, decider } from "../../src/state/decider.ts";
import { execute } from "../../src/state/execute.ts";
import type { ExecuteResult, Lookback } from "../../src/state/options.ts";
import { never } from "../../src/state/snapshot_policy.ts";
import { withSnapshots } from "../../src/state/with_snapshots.ts";
import type { AnyEvents } from "../../src/events/event_map.ts";
import { events } from "../../src/events/events.ts";
import type { EventStore } from "../../src/store/event_store.ts";
import type { CaseDefinition } from "../case_definition.ts";
import { expectEqual, expectError } from "../expect.ts";
import { appendOne } from "../fixtures.ts";

/** More commits than the default lookback of 256 covers. */
const MANY = 300;

/** Counts the events of an actor. A command adds one event. */
const counter: Decider<number, null, AnyEvents> = decider(events(), {
  initial: () => 0,
  evolve: (count) => count + 1,
  decide: () => [{ type: "Answered", data: {} }],
});

/** The counter with snapshots: a load reads them, and no snapshot is written. */
const snapshotted = withSnapshots(counter, {
  schema: 1,
  policy: never,
  onError: (error) => {
    throw error;
  },
});

/** A repeated command in response to an event returns the first result, after any number of later commits. */
export const lookbackCases: readonly CaseDefinition[] = [
  {
    name: "execute() with lookback { since } executes a repeated command once, even after 300 more commits",
    invariant: "commitIds",
    run: async (context) => {
      const store = await context.store();
      const cause = await appendOne(store, "order.1");
      const first = await answer(store, counter, { since: cause.position });
      await appendMany(store);
      await expectFirst(answer(store, counter, { since: cause.position }), first, "without a snapshot");
      expectEqual(await store.latestVersion("wallet.1"), MANY + 1, "the version after both calls");
    },
  },
  {
    name:
      "execute() with lookback { since } finds a repeated command, whether the snapshot is from before or after the cause",
    invariant: "commitIds",
    run: async (context) => {
      const store = await context.store();
      await appendOne(store, "wallet.1");
      await putSnapshot(store, 1);
      const cause = await appendOne(store, "order.1");
      const first = await answer(store, snapshotted, { since: cause.position });
      await appendMany(store);
      await expectFirst(answer(store, snapshotted, { since: cause.position }), first, "with a snapshot of version 1");
      await putSnapshot(store, MANY);
      await expectFirst(
        answer(store, snapshotted, { since: cause.position }),
        first,
        `with a snapshot of version ${MANY}`,
      );
    },
  },
  {
    name: "execute() with lookback { since } does not find a command that was executed before that position",
    invariant: "commitIds",
    run: async (context) => {
      const store = await context.store();
      await answer(store, counter, "all");
      const cause = await appendOne(store, "order.1");
      const { duplicate, version, lookbackExhausted } = await answer(store, counter, { since: cause.position });
      expectEqual([duplicate, version, lookbackExhausted], [false, 2, false], "the second execution");
    },
  },
  {
    name: "execute() refuses lookback { since } with a position of another namespace, and stores nothing",
    invariant: "commitIds",
    run: async (context) => {
      const backend = await context.open();
      const causes = backend.store(`${context.namespace}.causes`);
      const store = backend.store(`${context.namespace}.answers`);
      const { position } = await appendOne(causes, "order.1");
      await appendOne(store, "wallet.1");
      for (const decider of [counter, snapshotted]) {
        await expectError(
          answer(store, decider, { since: position }),
          "unknown-position",
          { namespace: store.namespace },
          "lookback { since } with a position of another namespace",
        );
      }
      expectEqual(await store.latestVersion("wallet.1"), 1, "the version after the refusals");
    },
  },
  {
    name:
      'execute() with lookback "all" executes a repeated command once, even after 300 more commits and a later snapshot',
    invariant: "commitIds",
    run: async (context) => {
      const store = (await context.open()).store(`${context.namespace}.answers`);
      const first = await answer(store, snapshotted, "all");
      await appendMany(store);
      await putSnapshot(store, MANY);
      await expectFirst(answer(store, snapshotted, "all"), first, `with a snapshot of version ${MANY}`);
      expectEqual(await store.latestVersion("wallet.1"), MANY + 1, "the version after both calls");
    },
  },
];

function answer(
  store: EventStore,
  decider: Decider<number, null, AnyEvents>,
  lookback: Lookback,
): Promise<ExecuteResult<number>> {
  return execute(store, decider, "wallet.1", null, { commitId: "answer", lookback, attempts: 3 });
}

async function expectFirst(
  repeated: Promise<ExecuteResult<number>>,
  { version, events }: ExecuteResult<number>,
  how: string,
): Promise<void> {
  const result = await repeated;
  expectEqual([result.duplicate, result.version], [true, version], `the repeated command, ${how}`);
  expectEqual(result.events, events, `the events of the repeated command, ${how}`);
}

/** Appends commits of one event to the actor that answers. */
async function appendMany(store: EventStore): Promise<void> {
  for (let i = 0; i < MANY; i++) await appendOne(store, "wallet.1");
}

async function putSnapshot(store: EventStore, version: number): Promise<void> {
  const [event] = await store.read("wallet.1", { from: version, to: version }).toArray();
  await store.snapshots.put("wallet.1", { version, schema: 1, eventId: event!.id, state: version });
}
