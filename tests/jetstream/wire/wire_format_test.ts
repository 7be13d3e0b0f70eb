import { type BusEvent, parseNamespace } from "@flowmade-one/aether";
import { jetstream } from "@flowmade-one/aether/jetstream";
import { assertEquals, assertStringIncludes } from "@std/assert";
import { poll } from "../../../tools/nats/poll.ts";
import { NATS_SERVER_VERSIONS } from "../../../tools/nats_server.ts";
import { ask, lastMessage, storedMessage } from "../_support/ask_server.ts";
import { logIdentityOf } from "../../../adapter.ts";
import { derivedIdentity } from "../../../adapters/jetstream/wire/log_identity.ts";
import { encode, openRecords } from "../_support/open_records.ts";
import { TcpProxy } from "../_support/tcp_proxy.ts";
import { testOnServer } from "../_support/test_server.ts";

const document = await Deno.readTextFile(new URL("../../../docs/wire-format.md", import.meta.url));

/** The document without line breaks, to search for sentences. */
const prose = document.replace(/\s+/g, " ");

/** The examples of the document, in their order. */
const [
  logConfig,
  hpub,
  commitHeaders,
  commitBody,
  plainLogConfig,
  eventHpub,
  eventHeaders,
  eventBody,
  expiringLogConfig,
  floorsConfig,
  floorHeaders,
  snapshotsConfig,
  manifestHeaders,
  manifestBody,
  recordsConfig,
  recordHeaders,
] = [...document.matchAll(/```(?:json|text)\n([\s\S]*?)```/g)].map(([, block]) => block!);

/** A block of headers as it is sent: with CR LF, and an empty line at its end. */
function wire(block = ""): string {
  return `${block}\n`.replaceAll("\n", "\r\n");
}

const exampleIdentity = "8991fd8bdce9";

Deno.test("derivedIdentity() returns the identity in the document", () => {
  const [, stream = "", created = "", identity] =
    /The stream\s+`([^`]*)`, created at `([^`]*)`, has the derived identity `([^`]*)`/.exec(prose) ?? [];
  assertEquals(derivedIdentity(stream, created), exampleIdentity);
  assertEquals(identity, exampleIdentity);
});

const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

for (const version of NATS_SERVER_VERSIONS) {
  await testOnServer("append() stores a commit as the document says, byte for byte", async ({ connect }) => {
    const connection = await connect();
    await using backend = await jetstream({ connection, now: () => 1_767_225_600_000 });
    const store = backend.store("prod.orders");
    await store.append("order.42", [
      { id: "e-1", type: "Placed", data: { sku: "A" }, metadata: { correlationId: "r-1", traceparent } },
      { id: "e-2", type: "Paid", schemaVersion: 2, data: { cents: 1999 } },
    ], { expectedVersion: 0, commitId: "c-1" });
    await store.snapshots.put("order.42", { version: 2, schema: 1, eventId: "e-2", state: { paid: true } });

    const message = await storedMessage(connection, "prod=2Eorders_events", 1);
    const { created } = await ask<{ created: string }>(connection, "STREAM.INFO.prod=2Eorders_events");
    const identity = derivedIdentity("prod=2Eorders_events", created);
    assertEquals(message.headers, wire(commitHeaders!.replace(exampleIdentity, identity)));
    assertEquals(logIdentityOf((await store.end())!), identity);
    assertEquals(`${new TextDecoder().decode(message.body)}\n`, commitBody);
    const bytes = new TextEncoder().encode(message.headers).length;
    assertEquals(hpub, `HPUB ${message.subject} _INBOX.reply ${bytes} ${bytes + message.body.length}\n`);
    assertStringIncludes(prose, `${bytes} bytes of headers, ${bytes + message.body.length} bytes in all`);

    const manifest = await storedMessage(connection, "prod=2Eorders_snapshots", 1);
    assertEquals(manifest.headers, wire(manifestHeaders));
    assertEquals(`${new TextDecoder().decode(manifest.body)}\n`, manifestBody);
    assertStringIncludes(prose, `at \`${manifest.subject}\``);

    for (const [stream, block] of [["prod=2Eorders_events", logConfig], ["prod=2Eorders_snapshots", snapshotsConfig]]) {
      const wanted = JSON.parse(block!);
      const { config } = await ask<{ config: Record<string, unknown> }>(connection, `STREAM.INFO.${stream}`);
      assertEquals(Object.fromEntries(Object.keys(wanted).map((name) => [name, config[name]])), wanted);
    }
  }, { version });
}

for (const version of NATS_SERVER_VERSIONS) {
  await testOnServer("jetstream({ republish: false }) creates a log as the document says", async ({ connect }) => {
    const connection = await connect();
    await using backend = await jetstream({ connection, republish: false });
    await backend.store("prod.orders").append("order.42", [{ type: "Placed", data: {} }], { expectedVersion: 0 });
    const wanted = JSON.parse(plainLogConfig!);
    const { config } = await ask<{ config: Record<string, unknown> }>(connection, "STREAM.INFO.prod=2Eorders_events");
    assertEquals(Object.fromEntries(Object.keys(wanted).map((name) => [name, config[name]])), wanted);
    assertEquals([wanted.republish, config["republish"]], [undefined, undefined]);
  }, { version });

  await testOnServer(
    "Purger stores a version floor as the document says, byte for byte",
    async ({ connect }) => {
      const connection = await connect();
      await using backend = await jetstream({
        connection,
        retention: { maxCommits: 10, maxBytes: 1_000_000 },
        timeout: 60_000,
      });
      const store = backend.store("prod.orders");
      const events = [{ type: "Placed", data: {} }, { type: "Paid", data: {} }];
      await store.append("order.42", events, { expectedVersion: 0, commitId: "c-1" });
      const others = Array.from({ length: 1_277 }, (_, i) => `order.0.${i % 640}`);
      await Promise.all(others.map((actorId) => store.append(actorId, events, { expectedVersion: "any" })));
      for (const expectedVersion of [0, 2]) await store.append("order.1", events, { expectedVersion });
      const subject = "aether.heads.prod=2Eorders.order.42";
      const found = await poll(() => lastMessage(connection, "prod=2Eorders_heads", subject));
      assertEquals([found?.headers, found?.body.length], [wire(floorHeaders), 0]);
      // Version floors are written before the commits are purged.
      const isPurged = async () => !await lastMessage(connection, "prod=2Eorders_events", "aether.log.*.13.order.42");
      assertEquals(await poll(isPurged), true);
      assertStringIncludes(prose, `at \`${subject}\``);

      const next = await lastMessage(connection, "prod=2Eorders_events", "aether.log.prod=2Eorders.*.order.1");
      assertEquals(next?.headers.includes("Aether-Reached"), false, "the actor had a commit in the log");
      const again = await store.append("order.42", events, { expectedVersion: 2, commitId: "c-2" });
      assertEquals(again.version, 4);
      const { headers = "" } = await lastMessage(connection, "prod=2Eorders_events", "aether.log.*.13.order.42") ?? {};
      for (const line of ["Nats-Expected-Last-Subject-Sequence: 0", "Aether-Version: 3", "Aether-Reached: 1280"]) {
        assertStringIncludes(headers, `\r\n${line}\r\n`);
      }
      for (
        const [stream, block] of [["prod=2Eorders_events", expiringLogConfig], ["prod=2Eorders_heads", floorsConfig]]
      ) {
        const wanted = JSON.parse(block!);
        const { config } = await ask<{ config: Record<string, unknown> }>(connection, `STREAM.INFO.${stream}`);
        assertEquals(Object.fromEntries(Object.keys(wanted).map((name) => [name, config[name]])), wanted);
      }
    },
    { version },
  );
}

await testOnServer("Records.put() stores a record as the document says, byte for byte", async ({ connect }) => {
  const connection = await connect();
  const revision = await openRecords(connection, "prod.orders").put("a", encode("1"), 0);
  const { config } = await ask<{ config: Record<string, unknown> }>(connection, "STREAM.INFO.prod=2Eorders_records");
  const wanted = JSON.parse(recordsConfig!.replace("1767225600000", `${revision! - 1}`));
  assertEquals(Object.fromEntries(Object.keys(wanted).map((name) => [name, config[name]])), wanted);
  const { subject, headers, body } = await storedMessage(connection, "prod=2Eorders_records", 1);
  assertEquals([headers, new TextDecoder().decode(body)], [wire(recordHeaders), "1"]);
  assertStringIncludes(prose, `\`${subject.replace(`${revision! - 1}`, "1767225600000")}\``);
});

await testOnServer(
  "Records.scan() reads a record that another program stored as the document says",
  async ({ connect }) => {
    const connection = await connect();
    await ask(connection, "STREAM.CREATE.prod=2Eorders_records", JSON.parse(recordsConfig!));
    const raw = { encode: () => encode(wire(recordHeaders)) };
    const options: object = { timeout: 60_000, headers: raw };
    await connection.request("aether.records.prod=2Eorders.1767225600000.a", "1", options as { timeout: number });
    const { entries } = await openRecords(connection, "prod.orders").scan("", 0);
    assertEquals(entries, [{ key: "a", value: encode("1"), revision: 1_767_225_600_001 }]);
  },
);

await testOnServer(
  "read() and snapshots.latest() read messages that another program stored as the document says",
  async ({ connect }) => {
    const connection = await connect();
    await ask(connection, "STREAM.CREATE.prod=2Eorders_events", JSON.parse(logConfig!));
    await ask(connection, "STREAM.CREATE.prod=2Eorders_snapshots", JSON.parse(snapshotsConfig!));
    const publish = async (subject: string, headers: string, body: string) => {
      // nats.js calls only `encode` of headers.
      const raw = { encode: () => encode(headers) };
      const options: object = { timeout: 60_000, headers: raw };
      const answer = await connection.request(subject, encode(body), options as { timeout: number });
      assertEquals(answer.json<{ seq: number }>().seq, 1);
    };
    await publish("aether.log.prod=2Eorders.13.order.42", wire(commitHeaders), commitBody!.trimEnd());
    await publish(
      "aether.snapshots.prod=2Eorders.order.42.2.manifest.0",
      wire(manifestHeaders),
      manifestBody!.trimEnd(),
    );

    await using backend = await jetstream({ connection });
    const store = backend.store("prod.orders");
    const events = await store.read("order.42").toArray();
    assertEquals(events.map(({ position: _, ...event }) => event), [
      {
        id: "e-1",
        type: "Placed",
        schemaVersion: 1,
        namespace: store.namespace,
        actorId: "order.42",
        version: 1,
        commitId: "c-1",
        timestamp: 1_767_225_600_000,
        data: { sku: "A" },
        metadata: { correlationId: "r-1", traceparent },
      },
      {
        id: "e-2",
        type: "Paid",
        schemaVersion: 2,
        namespace: store.namespace,
        actorId: "order.42",
        version: 2,
        commitId: "c-1",
        timestamp: 1_767_225_600_000,
        data: { cents: 1999 },
        metadata: {},
      },
    ]);
    assertEquals(await store.snapshots.latest("order.42"), {
      version: 2,
      schema: 1,
      eventId: "e-2",
      state: { paid: true },
    });
    await store.append("order.42", [{ type: "Shipped", data: null }], { expectedVersion: 2 });
    assertEquals(await store.latestVersion("order.42"), 3);
  },
);

await testOnServer("publish() sends an event as the document says, byte for byte", async ({ server, connect }) => {
  await using proxy = new TcpProxy(server.port);
  const connection = await connect({ servers: proxy.url });
  await using backend = await jetstream({ connection, now: () => 1_767_225_600_000 });
  let sent = "";
  proxy.onRequest = (text) => void (sent += text);
  backend.bus.within("prod.orders").publish("order.42", { id: "e-3", type: "Viewed", data: { by: "Ann" } });
  await connection.flush();
  const [origin] = /(?<=Aether-Origin: )[-0-9a-f]{36}(?=\r\n)/.exec(sent) ?? [];
  const headers = wire(eventHeaders).replace(/(?<=Aether-Origin: ).{36}/, origin!);
  const bytes = new TextEncoder().encode(headers).length;
  const all = bytes + eventBody!.trimEnd().length;
  assertEquals(sent, `HPUB aether.events.prod.orders ${bytes} ${all}\r\n${headers}${eventBody!.trimEnd()}\r\nPING\r\n`);
  assertEquals(eventHpub, `HPUB aether.events.prod.orders ${bytes} ${all}\n`);
  assertStringIncludes(prose, `${bytes} bytes of headers, ${all} bytes in all`);
});

await testOnServer(
  "subscribe() delivers an event that another program published as the document says",
  async ({ connect }) => {
    const connection = await connect();
    await using backend = await jetstream({ connection });
    const received: BusEvent[] = [];
    backend.bus.within("prod.orders").subscribe((event) => void received.push(event));
    const options: object = { headers: { encode: () => new TextEncoder().encode(wire(eventHeaders)) } };
    connection.publish("aether.events.prod.orders", eventBody!.trimEnd(), options);
    await connection.flush();
    assertEquals(received, [{
      id: "e-3",
      type: "Viewed",
      schemaVersion: 1,
      namespace: parseNamespace("prod.orders"),
      actorId: "order.42",
      timestamp: 1_767_225_600_000,
      data: { by: "Ann" },
      metadata: {},
    }]);
  },
);

await testOnServer(
  "the server republishes each commit at a subject with the depth of its namespace",
  async ({ connect }) => {
    const connection = await connect();
    await using backend = await jetstream({ connection });
    const received: [pattern: string, subject: string, sequence: string, last: string][] = [];
    for (const pattern of ["aether.commits.1.prod.>", "aether.commits.2.prod.orders.>", "aether.commits.2.prod.*.>"]) {
      connection.subscribe(pattern, {
        callback: (_, { subject, headers }) => {
          received.push([pattern, subject, headers!.get("Nats-Sequence"), headers!.get("Nats-Last-Sequence")]);
        },
      });
    }
    for (const namespace of ["prod", "prod.orders"]) {
      for (const expectedVersion of [0, 1]) {
        await backend.store(namespace).append("order.42", [{ type: "Placed", data: {} }], { expectedVersion });
      }
    }
    await connection.flush();
    const at = (pattern: string, ns: string) => [
      [pattern, `aether.commits.${ns}.13.order.42`, "1", "0"],
      [pattern, `aether.commits.${ns}.13.order.42`, "2", "1"],
    ];
    assertEquals(received.toSorted(), [
      ...at("aether.commits.1.prod.>", "1.prod"),
      ...at("aether.commits.2.prod.*.>", "2.prod.orders"),
      ...at("aether.commits.2.prod.orders.>", "2.prod.orders"),
    ]);
  },
);
