import { everyEvents, never, withSnapshots } from "@flowmade-one/aether/snapshots";
import { execute, isAetherError, load } from "@flowmade-one/aether";
import { jetstream } from "@flowmade-one/aether/jetstream";
import { assert, assertEquals } from "@std/assert";
import { account, AccountEvents, filled } from "../../state/account.ts";
import { ask } from "../_support/ask_server.ts";
import { failureOf } from "../_support/failure_of.ts";
import { makePurgeableLog } from "../_support/purgeable_log.ts";
import { testOnServer } from "../_support/test_server.ts";

await testOnServer("Backend.close() waits for snapshots that are being written", async ({ connect }) => {
  const connection = await connect();
  const problems: unknown[] = [];
  const onError = (error: unknown) => void problems.push(error);
  const snapshotted = withSnapshots(account, { schema: 1, policy: everyEvents(5), onError });
  const writer = await jetstream({ connection });
  const store = writer.store("t", AccountEvents);
  for (let i = 1; i <= 5; i++) await execute(store, snapshotted, "x", { fill: i }, { commitId: `c${i}` });
  await writer.close();
  assertEquals(problems, []);

  await using backend = await jetstream({ connection });
  const reader = backend.store("t", AccountEvents);
  const snapshot = await reader.snapshots.latest("x");
  assertEquals([snapshot?.version, snapshot?.commits?.ids], [5, ["c1", "c2", "c3", "c4", "c5"]]);
  const { duplicate, version } = await execute(reader, snapshotted, "x", { fill: 9 }, { commitId: "c2" });
  assertEquals([duplicate, version], [true, 2]);
});

await testOnServer(
  "load() uses a snapshot in place of expired events, but not without its anchor event",
  async ({ connect }) => {
    const connection = await connect();
    await makePurgeableLog(connection);
    await using backend = await jetstream({ connection });
    const store = backend.store("t", AccountEvents);
    for (let i = 0; i < 20; i++) await store.append("x", filled(i + 1), { expectedVersion: i });
    const snapshotted = withSnapshots(account, {
      schema: 1,
      policy: never,
      onError: (error) => assert(false, String(error)),
    });
    const expected = await load(store, account, "x");
    const [event] = await store.read("x", { from: 10, limit: 1 }).toArray();
    const { state } = await load(store, account, "x", { to: 10 });
    await store.snapshots.put("x", { version: 10, schema: 1, eventId: event!.id, state });

    await ask(connection, "STREAM.PURGE.t_events", { seq: 10 });
    assertEquals(await load(store, snapshotted, "x"), { ...expected, snapshotVersion: 10 });
    const unloadable: [version: number, failure: unknown][] = [[10, await failureOf(load(store, account, "x"))]];
    await ask(connection, "STREAM.PURGE.t_events", { seq: 11 });
    unloadable.push([11, await failureOf(load(store, snapshotted, "x"))]);
    for (const [firstAvailable, error] of unloadable) {
      assert(isAetherError(error, "events-expired"), String(error));
      assertEquals(error.firstAvailable, firstAvailable);
    }
  },
);
