/** Open stores whose stream an operator replaces with an older copy while they run. */
import { type EventStore, isAetherError, type RecordedEvent, type Subscription } from "@flowmade-one/aether";
import { jetstream } from "@flowmade-one/aether/jetstream";
import { assert, assertEquals } from "@std/assert";
import { poll } from "../../../tools/nats/poll.ts";
import { NATS_SERVER_VERSIONS } from "../../../tools/nats_server.ts";
import { ask } from "../_support/ask_server.ts";
import { Backup, StoreCopy } from "../_support/backup.ts";
import { codeOf, failureOf } from "../_support/failure_of.ts";
import { MovedClock, openWithClock } from "../_support/moved_clock.ts";
import { reconnected } from "../_support/reconnected.ts";
import { makePurgeableLog } from "../_support/purgeable_log.ts";
import { testOnServer } from "../_support/test_server.ts";

const event = [{ type: "T", data: {} }];
const lasting = { reconnectTimeWait: 20, maxReconnectAttempts: -1 };

/** Appends an event to each of these actors, whose ids are single characters. */
async function appendTo(store: EventStore, actors: string): Promise<void> {
  for (const actor of actors) await store.append(actor, event, { expectedVersion: "any" });
}

/** Appends at the cached version, which must conflict, then at the actual one. Checks the versions of the actor. */
async function expectConflict(store: EventStore, actor: string, expected: number, actual: number): Promise<void> {
  const error = await failureOf(store.append(actor, event, { expectedVersion: expected }));
  assert(isAetherError(error, "version-conflict"), String(error));
  assertEquals(error.actual, actual);
  assertEquals((await store.append(actor, event, { expectedVersion: actual })).version, actual + 1);
  const versions = (await store.read(actor).toArray()).map(({ version }) => version);
  assertEquals(versions, Array.from({ length: actual + 1 }, (_, i) => i + 1));
}

type Check = (store: EventStore, clock: MovedClock) => Promise<unknown>;

/** Reads after so long a time that the adapter asks the server for the stream again. */
const checkLater: Check = (store, clock) => {
  clock.advance();
  return store.latestVersion("z");
};

/**
 * Uses of an open store that detect the restore, and the actors to which another backend appends before and after the
 * use. In every row, the message at sequence 4 becomes the second commit of "b".
 */
const checks: [title: string, before: string, check: Check, after: string][] = [
  ["a read of the log", "", (store) => store.readAll().toArray(), "ab"],
  ["the next read after a while", "", checkLater, "ab"],
  ["the next read after a while, with as many commits as before", "aba", checkLater, ""],
  ["the next read after a while, with more commits than before", "abaa", checkLater, ""],
  ["the sequence of a stored append", "", (store) => store.append("c", event, { expectedVersion: 0 }), "b"],
  ["an append that is refused", "", (store) => codeOf(store.append("d", event, { expectedVersion: 1 })), "ab"],
  ["the version of an actor", "", (store) => store.latestVersion("d"), "ab"],
];

/** Uses of a store before it appends. */
const uses: [title: string, use: (store: EventStore) => Promise<unknown>][] = [
  ["nothing", () => Promise.resolve()],
  ["reading", (store) => store.readAll().toArray()],
  ["following", (store) => take(store.subscribe(), 6).done],
];

for (const version of NATS_SERVER_VERSIONS) {
  await testOnServer("ManagedStream detects a log that was restored to an older copy", async (
    { server, connect },
    t,
  ) => {
    const connection = await connect();
    const clock = new MovedClock();
    await using one = await openWithClock({ connection }, clock);
    await using two = await jetstream({ connection: await connect() });
    for (const [i, [title, before, check, after]] of checks.entries()) {
      await t.step(`detected by ${title}`, async () => {
        const [store, other] = [one.store(`t${i}`), two.store(`t${i}`)];
        await appendTo(store, "ba");
        const backup = await Backup.of(connection, `t${i}_events`);
        await appendTo(store, "bbd");
        await backup.restore(server, connection);
        await appendTo(other, before);
        await check(store, clock);
        await appendTo(other, after);
        // Version 2 of "b" now has the sequence that version 3 had. The server would accept an append after version 3.
        await expectConflict(store, "b", 3, 2);
      });
    }
  }, { version });

  await testOnServer(
    "ManagedStream detects a server that restarted on an older copy",
    async ({ server, connect }, t) => {
      const connection = await connect(lasting);
      await using one = await jetstream({ connection });
      for (const [title, use] of uses) {
        await t.step(`after ${title}`, async () => {
          const store = one.store(title);
          await appendTo(store, "ba");
          await using copy = await StoreCopy.of(server);
          await appendTo(store, "bbd");
          const back = reconnected(connection);
          await copy.restore();
          await back;
          await using two = await jetstream({ connection: await connect() });
          await appendTo(two.store(title), "abaa");
          await use(store);
          await expectConflict(store, "b", 3, 2);
        });
      }
    },
    { version },
  );

  await testOnServer(
    "subscribe() continues in an older copy that has its last commit",
    async ({ server, connect }) => {
      const connection = await connect();
      await using one = await jetstream({ connection });
      await using two = await jetstream({ connection: await connect() });
      const store = one.store("t");
      await appendTo(store, "abc");
      const backup = await Backup.of(connection, "t_events");
      const kept = take(store.subscribe({ actors: "c" }), 1);
      const lost = take(store.subscribe(), 5);
      await kept.done;
      // A subscription that shares the consumer of the subscription `lost`.
      const shared = take(store.subscribe({ actors: "b" }), 1);
      await shared.done;
      await appendTo(store, "aa");
      await lost.done;
      await backup.restore(server, connection);
      // The log grows past the last commit that the subscription `lost` received.
      await appendTo(two.store("t"), "bcbcb");
      assertEquals(await kept.more(2), ["c 1", "c 2", "c 3"]);
      assertEquals(await shared.more(3), ["b 1", "b 2", "b 3", "b 4"]);
      assertEquals(await codeOf(lost.more(1)), "unknown-position");
    },
    { version },
  );
}

/** Takes the next `count` events of a subscription. `more` takes further ones. Both resolve to all events taken. */
function take(subscription: Subscription<RecordedEvent>, count: number) {
  const taken: string[] = [];
  const iterator = subscription[Symbol.asyncIterator]();
  const more = async (count: number): Promise<string[]> => {
    for (let i = 0; i < count; i++) {
      const { actorId, version } = (await iterator.next()).value!;
      taken.push(`${actorId} ${version}`);
    }
    return taken;
  };
  return { done: more(count), more };
}

for (const version of NATS_SERVER_VERSIONS.filter((version) => version !== "2.9.10")) {
  await testOnServer("BusCarrier delivers commits that are stored in an older copy", async ({ server, connect }) => {
    const connection = await connect();
    await using one = await jetstream({ connection: await connect() });
    const listening = await connect();
    await using two = await jetstream({ connection: listening });
    const received = two.bus.within("t").queue({ capacity: 100, overflow: "fail" })[Symbol.asyncIterator]();
    const nextData = async () => (await received.next()).value!.data;
    await listening.flush();
    const store = one.store("t");
    let n = 0;
    const append = async (count: number) => {
      for (let i = 0; i < count; i++) {
        await store.append("a", [{ type: "T", data: ++n }], { expectedVersion: "any" });
        assertEquals(await nextData(), n);
      }
    };
    await append(2);
    const backup = await Backup.of(connection, "t_events");
    await append(3);
    await backup.restore(server, connection);
    await append(5);
  }, { version });
}

await testOnServer("ManagedStream does not mistake a purged log for a restored one", async ({ server, connect }) => {
  const connection = await connect(lasting);
  await makePurgeableLog(connection);
  const clock = new MovedClock();
  await using one = await openWithClock({ connection }, clock);
  const store = one.store("t");
  await appendTo(store, "abc");
  await ask(connection, "STREAM.PURGE.t_events");
  const subscription = store.subscribe({ after: "oldest-available" });
  const followed = take(subscription, 1);
  await subscription.caughtUp;
  await checkLater(store, clock);
  const back = reconnected(connection);
  await server.stop();
  await server.restart();
  await back;
  const stored = await poll(() => store.append("z", event, { expectedVersion: "any" }).catch(() => false as const));
  assertEquals(stored && stored.version, 1);
  await followed.done;
});
