import { jetstream } from "@flowmade-one/aether/jetstream";
import type { ErrorCode } from "@flowmade-one/aether";
import { assertEquals } from "@std/assert";
import type { NatsConnection } from "@nats-io/transport-node";
import { codeOf } from "../_support/failure_of.ts";
import { masked } from "../_support/masked.ts";
import { testOnServer } from "../_support/test_server.ts";
import { withMethod } from "../_support/with_method.ts";

const event = [{ type: "T", data: {} }];

/**
 * Wraps a connection: its first commit message goes to `intercept`, which may publish it, and may reply in place of the
 * server. If `intercept` publishes the message, the server's own reply is not read.
 */
function intercepting(
  connection: NatsConnection,
  intercept: (publish: () => void, reply: (body: string) => void) => void,
): NatsConnection {
  let isIntercepted = false;
  const publish: NatsConnection["publish"] = (subject, body, options) => {
    if (isIntercepted || !subject.startsWith("aether.log.t.")) return connection.publish(subject, body, options);
    isIntercepted = true;
    const publishToServer = () => connection.publish(subject, body, { ...options, reply: "unread" });
    intercept(publishToServer, (body) => connection.publish(options!.reply!, body));
  };
  return withMethod(connection, "publish", publish);
}

await testOnServer(
  "append() publishes before it returns if the actor is known and no signal is given",
  async (server) => {
    let isPublished = false;
    const connection = intercepting(await server.connect(), (publish, reply) => {
      isPublished = true;
      reply('{"stream":"t_events","seq":2}');
      publish();
    });
    await using first = await jetstream({ connection: await server.connect() });
    await first.store("t").append("a", event, { expectedVersion: 0 });
    await using backend = await jetstream({ connection });
    const store = backend.store("t");
    assertEquals(await store.latestVersion("a"), 1);
    const outcome = store.append("a", event, { expectedVersion: 1 });
    assertEquals(isPublished, true, "the append did not take the fast path");
    assertEquals((await outcome).version, 2);
  },
);

const refusal = (code: number, err_code: number) =>
  JSON.stringify({ error: { code, err_code, description: "refused" }, stream: "t_events", seq: 0 });

/** Replies other than the plain acknowledgement of a stored message. */
const replies: readonly [name: string, isStored: boolean, body: string, code?: ErrorCode][] = [
  ["that the last sequence is wrong", false, refusal(400, 10071)],
  ["that JetStream is unavailable", false, refusal(503, 10008)],
  ["that JetStream is unavailable, although the message is stored", true, refusal(503, 10008)],
  ["that the stream is full", false, refusal(503, 10077), "quota-exceeded"],
  ["of another stream", false, '{"stream":"other","seq":2}'],
  ["without a sequence", false, '{"stream":"t_events"}'],
  ["with a fraction as sequence", false, '{"stream":"t_events","seq":2.5}'],
  ["that is not JSON", false, "stored"],
  ["that is not JSON, although the message is stored", true, "stored"],
  ["that is empty", false, ""],
];

for (const [name, isStored, body, code] of replies) {
  await testOnServer(
    `append() to a known actor ends with the right outcome after a reply ${name}`,
    async ({ connect }) => {
      const connection = await connect();
      await using first = await jetstream({ connection, timeout: 60_000 });
      await first.store("t").append("a", event, { expectedVersion: 0 });
      const replying = intercepting(connection, (publish, reply) => {
        if (isStored) publish();
        reply(body);
      });
      await using backend = await jetstream({ connection: replying, timeout: 60_000 });
      const store = backend.store("t");
      assertEquals(await store.latestVersion("a"), 1, "the backend knows the actor from now on");
      const outcome = store.append("a", event, { expectedVersion: 1, commitId: "c" });
      if (code === undefined) {
        const { version, duplicate } = await outcome;
        assertEquals({ version, duplicate }, { version: 2, duplicate: false });
      } else {
        assertEquals(await codeOf(outcome), code);
      }
      const versions = code === undefined ? [1, 2] : [1];
      assertEquals((await store.read("a").toArray()).map(({ version }) => version), versions);
      const next = await store.append("a", event, { expectedVersion: versions.length });
      assertEquals(next.version, versions.length + 1, "the next append is not blocked by the mutex of the actor");
    },
  );
}

await testOnServer(
  "append() to a known actor reports the error of a codec and a commit that is too large",
  async ({ connect }) => {
    let encode = masked.encode;
    const codec = { ...masked, encode: (commit: Parameters<typeof encode>[0]) => encode(commit) };
    await using backend = await jetstream({ connection: await connect(), codec });
    const store = backend.store("t");
    await store.append("a", event, { expectedVersion: 0 });
    encode = () => {
      throw new Error("no");
    };
    assertEquals(await codeOf(store.append("a", event, { expectedVersion: 1 })), "invalid-argument");
    encode = () => new Uint8Array(2_000_000);
    assertEquals(await codeOf(store.append("a", event, { expectedVersion: 1 })), "too-large");
    encode = masked.encode;
    assertEquals((await store.append("a", event, { expectedVersion: 1 })).version, 2);
  },
);

await testOnServer("append() to a known actor continues after commits of another backend", async ({ connect }) => {
  await using one = await jetstream({ connection: await connect(), timeout: 60_000 });
  await using other = await jetstream({ connection: await connect(), timeout: 60_000 });
  const stores = [one.store("t"), other.store("t")] as const;
  await stores[0].append("a", event, { expectedVersion: 0 });
  for (let version = 1; version < 20; version++) {
    const store = stores[version % 2]!;
    if (version % 3 === 0) {
      assertEquals(await codeOf(store.append("a", event, { expectedVersion: version - 1 })), "version-conflict");
    }
    assertEquals((await store.append("a", event, { expectedVersion: "any" })).version, version + 1);
  }
});
