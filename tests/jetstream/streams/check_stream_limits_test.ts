import { isAetherError } from "@flowmade-one/aether";
import { jetstream } from "@flowmade-one/aether/jetstream";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { ask } from "../_support/ask_server.ts";
import { deleteStream } from "../_support/delete_stream.ts";
import { failureOf } from "../_support/failure_of.ts";
import { testOnServer } from "../_support/test_server.ts";

const opened = [{ type: "Opened", data: {} }];

await testOnServer(
  "jetstream({ quota: { maxBytes } }) refuses a server that would lose messages at the limit",
  async ({ connect }) => {
    const error = await failureOf(jetstream({ connection: await connect(), quota: { maxBytes: 1_000_000 } }));
    assert(isAetherError(error, "unsupported-storage"), String(error));
    assertStringIncludes(error.message, "quota.maxBytes");
    await (await jetstream({ connection: await connect(), quota: { maxCommits: 1 } })).close();
  },
  { version: "2.9.10" },
);

await testOnServer(
  "a log with max_bytes is refused on a server that would lose messages at the limit",
  async (
    { connect },
  ) => {
    const connection = await connect();
    await using backend = await jetstream({ connection });
    await backend.store("t").append("a", opened, { expectedVersion: 0 });
    const { config } = await ask<{ config: object }>(connection, "STREAM.INFO.t_events");
    await ask(connection, "STREAM.UPDATE.t_events", { ...config, max_bytes: 1_000_000 });
    await using other = await jetstream({ connection });
    const error = await failureOf(other.store("t").append("a", opened, { expectedVersion: 1 }));
    assert(isAetherError(error, "unsupported-storage"), String(error));
    for (const message of [`"t_events" has max_bytes: 1000000`, "2.9.10", "max_msgs"]) {
      assertStringIncludes(
        error.message,
        message,
      );
    }
    await ask(connection, "STREAM.UPDATE.t_events", { ...config, max_msgs: 10 });
    assertEquals((await other.store("t").append("a", opened, { expectedVersion: 1 })).version, 2);
  },
  { version: "2.9.10" },
);

await testOnServer("jetstream({ quota }) refuses a log that was created with another quota", async ({ connect }) => {
  const connection = await connect();
  await using backend = await jetstream({ connection, quota: { maxCommits: 2, maxBytes: 9_999 } });
  await backend.store("t").append("a", opened, { expectedVersion: 0 });
  const { config } = await ask<{ config: Record<string, unknown> }>(connection, "STREAM.INFO.t_events");
  assertEquals([config["max_msgs"], config["max_bytes"], config["discard"]], [2, 9_999, "new"]);

  for (const quota of [{ maxCommits: 2 }, { maxBytes: 9_999 }, undefined]) {
    await using same = await jetstream({ connection, quota });
    assertEquals(await same.store("t").latestVersion("a"), 1);
  }
  for (const [quota, bound] of [[{ maxCommits: 3 }, "maxCommits of 3"], [{ maxBytes: 9 }, "maxBytes of 9"]] as const) {
    await using other = await jetstream({ connection, quota });
    for (const use of [() => other.store("t").latestVersion("a"), () => other.store("t").readAll().toArray()]) {
      const error = await failureOf(use());
      assert(isAetherError(error, "unsupported-storage"), String(error));
      assertStringIncludes(error.message, bound);
      assertStringIncludes(error.message, "t_events");
    }
  }
});

await testOnServer("the quota of a log limits a backend without a quota", async ({ connect }) => {
  await using creator = await jetstream({ connection: await connect(), quota: { maxCommits: 1 } });
  await creator.store("t").append("a", opened, { expectedVersion: 0 });
  await using backend = await jetstream({ connection: await connect() });
  const error = await failureOf(backend.store("t").append("b", opened, { expectedVersion: 0 }));
  assert(isAetherError(error, "quota-exceeded"), String(error));
});

await testOnServer(
  "a log from which the server removes commits by itself is refused",
  async ({ server, connect }, t) => {
    const connection = await connect();
    const removals = [
      { max_age: 3_600_000_000_000 },
      { max_msgs: 5 },
      { max_bytes: 5_000 },
      { retention: "interest" },
      { retention: "workqueue" },
    ];
    for (const limits of removals) {
      await t.step(JSON.stringify(limits), async () => {
        await using backend = await jetstream({ connection });
        await ask(connection, "STREAM.CREATE.t_events", {
          name: "t_events",
          description: "aether log v1 partitions=16",
          subjects: ["aether.log.t.>"],
          allow_direct: true,
          republish: { src: "aether.log.t.>", dest: "aether.commits.1.t.>" },
          ...limits,
        });
        const error = await failureOf(backend.store("t").append("a", opened, { expectedVersion: 0 }));
        assert(isAetherError(error, "unsupported-storage"), String(error));
        assertStringIncludes(error.message, "assigned again");
        await deleteStream(server, connection, "t_events");
      });
    }
  },
);

await testOnServer("a log or version floors with interest retention are refused", async ({ connect }) => {
  const connection = await connect();
  const options = { connection, retention: { maxCommits: 5 } };
  await using creator = await jetstream(options);
  await creator.store("t").append("a", opened, { expectedVersion: 0 });
  await ask(connection, "STREAM.CREATE.t_heads", {
    name: "t_heads",
    description: "aether heads v1",
    subjects: ["aether.heads.t.>"],
    allow_direct: true,
    retention: "interest",
  });
  const useFloors = creator.store("t").latestVersion("b");
  assertStringIncludes((await failureOf(useFloors) as Error).message, `"t_heads" has retention: interest`);
  const { config } = await ask<{ config: object }>(connection, "STREAM.INFO.t_events");
  await ask(connection, "STREAM.UPDATE.t_events", { ...config, retention: "interest" });
  await using backend = await jetstream(options);
  const error = await failureOf(backend.store("t").append("a", opened, { expectedVersion: 1 }));
  assert(isAetherError(error, "unsupported-storage"), String(error));
  assertStringIncludes(error.message, `"t_events" has retention: interest`);
});
