import { isAetherError } from "@flowmade-one/aether";
import { jetstream } from "@flowmade-one/aether/jetstream";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { connect as connectTo } from "@nats-io/transport-node";
import { countSubscriptions } from "../_support/ask_server.ts";
import { codeOf, failureOf } from "../_support/failure_of.ts";
import { testOnServer } from "../_support/test_server.ts";

await testOnServer("jetstream() uses the inbox prefix of the connection", async ({ server }) => {
  const connection = await connectTo({ servers: server.url, inboxPrefix: "_INBOX_tenant", user: "tenant", pass: "p" });
  try {
    await using backend = await jetstream({ connection });
    const store = backend.store("t");
    for (const expectedVersion of [0, 1]) await store.append("a", [{ type: "T", data: 1 }], { expectedVersion });
    assertEquals((await store.read("a").toArray()).length, 2);
    await using subscription = store.subscribe();
    for await (const { version } of subscription) if (version === 2) break;
  } finally {
    await connection.close();
  }
}, {
  config: `
    accounts { A { jetstream: enabled, users: [{ user: tenant, password: p, permissions: {
      publish: ["$JS.API.>", "$JS.FC.>", "aether.log.>"], subscribe: ["_INBOX_tenant.>"]
    } }] } }
  `,
});

await testOnServer(
  "jetstream() refuses a NATS user that may not receive replies, and a request fails that the user may not send",
  async (scene) => {
    // Longer than the test: the errors do not wait for a timeout.
    const timeout = 2 ** 31 - 1;
    const withoutReplies = await scene.connect({ user: "without-replies", pass: "p" });
    const withoutRequests = await scene.connect({ user: "without-requests", pass: "p" });
    await using backend = await jetstream({ connection: withoutRequests, timeout });
    const uses = [
      [() => jetstream({ connection: withoutReplies, timeout }), "_INBOX"],
      [() => backend.store("t").latestVersion("a"), "$JS.API.STREAM.INFO.t_events"],
    ] as const;
    for (const [use, subject] of uses) {
      const error = await failureOf(use());
      assert(isAetherError(error, "unsupported-storage"), String(error));
      assertStringIncludes(error.message, subject);
    }
    assertEquals(await countSubscriptions(scene.server.monitoringUrl, withoutReplies), 0);
  },
  {
    config: `
    accounts { A { jetstream: enabled, users: [
      { user: without-requests, password: p, permissions: { publish: { deny: ["$JS.API.>"] } } }
      { user: without-replies, password: p, permissions: { subscribe: { deny: ["_INBOX.>"] } } }
    ] } }
  `,
  },
);

await testOnServer("append() and subscribe() fail with unsupported-storage without permission", async ({ connect }) => {
  const connection = await connect({ user: "reader", pass: "p" });
  await using backend = await jetstream({ connection, timeout: 60_000 });
  const error = await failureOf(backend.store("t").append("a", [{ type: "T", data: 1 }], { expectedVersion: 0 }));
  assert(isAetherError(error, "unsupported-storage"), String(error));
  assertStringIncludes(error.message, "permission");
  assertEquals(await codeOf(Array.fromAsync(backend.store("t").subscribe())), "unsupported-storage");
}, {
  config: `
    accounts { A { jetstream: enabled, users: [{ user: reader, password: p, permissions: {
      publish: { allow: ["$JS.API.>"] }, subscribe: { allow: ["_INBOX.>"], deny: ["_INBOX.*.*.deliver"] }
    } }] } }
  `,
});
