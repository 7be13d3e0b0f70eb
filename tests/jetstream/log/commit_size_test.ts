import { isAetherError } from "@flowmade-one/aether";
import { jetstream } from "@flowmade-one/aether/jetstream";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { codeOf, failureOf } from "../_support/failure_of.ts";
import { testOnServer } from "../_support/test_server.ts";

await testOnServer(
  "append() stores a commit of maxCommitBytes, which jetstream() derives from the server's max_payload",
  async ({ connect }) => {
    const connection = await connect();
    await using backend = await jetstream({ connection });
    assertEquals(backend.capabilities.maxCommitBytes, 20_000 - 4_096);
    const store = backend.store(Array.from({ length: 16 }, () => "abcdefg").join("."));
    const actorId = "é".repeat(100);
    const metadata = {
      traceparent: `01-${"a".repeat(32)}-${"b".repeat(16)}-01-${"x".repeat(456)}`,
      tracestate: `${"a".repeat(255)}=${"b".repeat(256)}`,
    };
    const commitId = "c".repeat(128);
    const room = backend.capabilities.maxCommitBytes - 1_400;
    await store.append(actorId, [{ type: "T", data: "x".repeat(room), metadata }], { expectedVersion: 0, commitId });
    assertEquals((await store.read(actorId).toArray()).length, 1);
    const tooLarge = store.append("a", [{ type: "T", data: "x".repeat(room + 1_400) }], { expectedVersion: 0 });
    assertEquals(await codeOf(tooLarge), "too-large");
  },
  { config: "max_payload: 20000" },
);

for (const [maxPayload, isEnough] of [[1_024, false], [4_096, false], [8_191, false], [8_192, true]] as const) {
  await testOnServer(
    `jetstream() ${isEnough ? "accepts" : "refuses"} a server with max_payload ${maxPayload}`,
    async ({ connect }) => {
      const opening = jetstream({ connection: await connect() });
      if (!isEnough) {
        const error = await failureOf(opening);
        assert(isAetherError(error, "unsupported-storage"), String(error));
        assertStringIncludes(error.message, "max_payload");
        return;
      }
      await using backend = await opening;
      assertEquals(backend.capabilities.maxCommitBytes, 4_096);
      const store = backend.store("t");
      await store.append("a", [{ type: "T", data: "x".repeat(3_000) }], { expectedVersion: 0 });
      const state = Array.from({ length: 3_000 }, () => crypto.randomUUID());
      await store.snapshots.put("a", { version: 1, schema: 1, eventId: "e", state });
      assertEquals((await store.snapshots.latest("a"))?.state, state);
    },
    { config: `max_payload: ${maxPayload}` },
  );
}

await testOnServer(
  "jetstream({ maxCommitBytes }) accepts at most what the server's max_payload leaves for a commit",
  async ({ connect }) => {
    const connection = await connect();
    const room = 1_048_576 - 4_096;
    const error = await failureOf(jetstream({ connection, maxCommitBytes: room + 1 }));
    assert(isAetherError(error, "unsupported-storage"), String(error));
    assertStringIncludes(error.message, "max_payload");
    await using large = await jetstream({ connection, maxCommitBytes: room });
    assertEquals(large.capabilities.maxCommitBytes, room);
    await using small = await jetstream({ connection, maxCommitBytes: 100 });
    const store = small.store("t");
    assertEquals(
      await codeOf(store.append("a", [{ type: "T", data: "x".repeat(100) }], { expectedVersion: 0 })),
      "too-large",
    );
  },
);
