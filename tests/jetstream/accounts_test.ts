import { type Backend, isAetherError } from "@flowmade-one/aether";
import {
  jetstream,
  natsAccounts,
  type NatsAccountsOptions,
  natsPermissions,
  provision,
} from "@flowmade-one/aether/jetstream";
import { assert, assertEquals, assertNotEquals, assertStringIncludes, assertThrows } from "@std/assert";
import type { NatsConnection } from "@nats-io/transport-node";
import { poll } from "../../tools/nats/poll.ts";
import { NATS_SERVER_VERSIONS } from "../../tools/nats_server.ts";
import { ask } from "./ask_server.ts";
import { codeOf } from "./failure_of.ts";
import { testOnServer } from "./test_server.ts";
import { listen, useEverything } from "./use_everything.ts";

const login = (user: string) => ({ user, password: "p" });

const options: NatsAccountsOptions = {
  tenants: [
    { name: "A", namespaces: ["prod.a", "a"], users: [login("a")], limits: { max_streams: 3 } },
    {
      name: "B",
      namespaces: ["prod.b"],
      users: [
        login("b"),
        { ...login("b-reader"), rights: { role: "reader", namespace: "prod.b" }, inboxPrefix: "_INBOX_reader" },
      ],
    },
  ],
  observers: [{ name: "AUDIT", pattern: "prod.*", users: [login("audit")] }],
};

const accounts = `accounts: ${JSON.stringify(natsAccounts(options).accounts)}`;

/** Where answers may be sent to by whoever asks: what is asked is one's own, so that permissions have no say. */
const strays: [what: string, subject: string, body: string][] = [
  ["the acknowledgement of an append", "aether.log.prod=2Ea.0.x", "x"],
  ["the answer to a direct get", "$JS.API.DIRECT.GET.prod=2Ea_events", '{"seq":1}'],
  ["what the own log holds", "$JS.API.STREAM.INFO.prod=2Ea_events", ""],
];

/** Has the server send what is in the own log to whoever listens on the bus of b. */
async function pushAstray(hostile: NatsConnection): Promise<void> {
  hostile.publish("$JS.API.DIRECT.GET.prod=2Ea_events", '{"seq":1}', { reply: "aether.events.prod.b" });
  const config = { name: "c", ack_policy: "none", deliver_policy: "all", deliver_subject: "aether.events.prod.b" };
  const question = { stream_name: "prod=2Ea_events", config, action: "create" };
  await ask(hostile, "CONSUMER.CREATE.prod=2Ea_events.c", question);
}

/** Has the server send answers to an actor of b. */
async function sendAstray(hostile: NatsConnection): Promise<void> {
  for (const [, subject, body] of strays) {
    hostile.publish(subject, body, { reply: "aether.log.prod=2Eb.0.order" });
  }
  await hostile.flush();
}

const made = [{ type: "Made", data: 1 }];

/** The sequence of the last message in the log of b. */
async function lastStored(connection: NatsConnection): Promise<number> {
  return (await ask<{ state: { last_seq: number } }>(connection, "STREAM.INFO.prod=2Eb_events")).state.last_seq;
}

/** The same after one commit more. */
async function lastSequence(backend: Backend, connection: NatsConnection): Promise<number> {
  await backend.store("prod.b").append("fence", made, { expectedVersion: "any" });
  return await lastStored(connection);
}

const permitted = (name: string, role: "tenant" | "publisher", namespace: string) => ({
  ...login(name),
  permissions: natsPermissions({ role, namespace }, { inboxPrefix: `_INBOX_${name}` }),
});
const users = [
  login("operator"),
  permitted("a", "tenant", "prod.a"),
  permitted("b", "tenant", "prod.b"),
  permitted("publisher", "publisher", "prod.a"),
];
const oneAccount = `accounts: ${JSON.stringify({ A: { jetstream: "enabled", users } })}`;

for (const version of NATS_SERVER_VERSIONS) {
  await testOnServer(
    "in one account, a hostile tenant can have answers sent into another's log",
    async ({ connect }) => {
      const operator = await connect({ user: "operator", pass: "p" });
      await provision(["prod.a", "prod.b"], { connection: operator });
      const hostile = await connect({ user: "a", pass: "p", inboxPrefix: "_INBOX_a" });
      const connection = await connect({ user: "b", pass: "p", inboxPrefix: "_INBOX_b" });
      await using b = await jetstream({ connection });
      const before = await lastSequence(b, operator);
      await sendAstray(hostile);
      // Should a server refuse them one day, docs/security.md can promise more.
      // JetStream answers each in a time of its own.
      await poll(async () => await lastStored(operator) >= before + strays.length);
      assertEquals(await lastSequence(b, operator) - before - 1, strays.length);
      await using hasty = await jetstream({ connection, timeout: 500 });
      assertNotEquals(await codeOf(hasty.store("prod.b").readAll().collect()), undefined, "its log is damaged");
      const heard = Promise.withResolvers<unknown>();
      await using listening = await jetstream({ connection, onError: heard.resolve });
      await listen(listening, "prod.b");
      const pushed = Promise.withResolvers<string>();
      operator.subscribe("aether.events.prod.b", {
        callback: (_, { subject }) => subject.startsWith("aether.log.prod=2Ea.") ? pushed.resolve(subject) : undefined,
      });
      await operator.flush();
      await pushAstray(hostile);
      assert(isAetherError(await heard.promise, "unreadable"), "its bus is sent junk");
      // What a consumer delivers has the subject that it was stored at, so that the adapter takes it for nobody's.
      assertEquals(await pushed.promise, "aether.log.prod=2Ea.0.x");
      const publisher = await connect({ user: "publisher", pass: "p", inboxPrefix: "_INBOX_publisher" });
      publisher.publish("aether.events.prod.a", "x", { reply: "aether.log.prod=2Eb.0.order" });
      await publisher.flush();
      assertEquals(await lastSequence(b, operator) - before - 1, strays.length + 1, "nobody answers a publisher");
    },
    { version, config: oneAccount },
  );

  await testOnServer("with an account each, nothing of one tenant reaches another", async ({ connect }, t) => {
    const [ofA, ofB] = [await connect({ user: "a", pass: "p" }), await connect({ user: "b", pass: "p" })];
    await using a = await jetstream({ connection: ofA });
    await using b = await jetstream({ connection: ofB });

    await t.step("both can do everything, and make their streams themselves", async () => {
      await useEverything(a, a, "prod.a");
      await useEverything(b, b, "prod.b");
    });

    await t.step("answers that are sent astray stay in the account of who asked", async () => {
      const before = await lastSequence(b, ofB);
      await sendAstray(ofA);
      await pushAstray(ofA);
      assertEquals(await lastSequence(b, ofB) - before, 1);
      assertEquals((await b.store("prod.b").readAll().collect()).length, 9 + 2);
    });

    await t.step("the same names are another's", async () => {
      const heard = await listen(b, "prod.b");
      const forged = a.store("prod.b");
      await forged.append("order.1", made, { expectedVersion: 0 });
      a.bus.within("prod.b").publish("order.1", made[0]!);
      b.bus.within("prod.b").publish("order.1", { type: "Viewed", data: "own" });
      assertEquals((await heard(1)).map(({ data }) => data), ["own"]);
      assertEquals(await b.store("prod.b").latestVersion("order.1"), 2);
      const grant = a.grant(">", { reason: "test" });
      assertEquals((await Array.fromAsync(a.namespaces(grant))).sort() as string[], ["prod.a", "prod.b"]);
    });

    await t.step("an observer hears the tenants' own namespaces, and can do nothing else", async () => {
      const observer = await connect({ user: "audit", pass: "p" });
      await using audit = await jetstream({ connection: observer, timeout: 60_000 });
      const events: string[] = [];
      const last = Promise.withResolvers<void>();
      audit.bus.observe(audit.grant("prod.*", { reason: "test" }), ({ namespace, data, version }) => {
        events.push(`${namespace} ${data} ${version === undefined ? "published" : "stored"}`);
        if (data === "last") last.resolve();
      });
      assertEquals(await codeOf(audit.store("prod.a").latestVersion("order.1")), "unsuitable-server");
      await a.store("prod.a").append("order.9", [{ type: "Made", data: "by a" }], { expectedVersion: 0 });
      a.bus.within("prod.b").publish("order.9", { type: "Viewed", data: "forged" });
      await a.store("prod.b").append("order.9", [{ type: "Made", data: "forged" }], { expectedVersion: 0 });
      a.bus.within("a").publish("order.9", { type: "Viewed", data: "of no pattern" });
      // All of one account comes before.
      a.bus.within("prod.a").publish("order.9", { type: "Viewed", data: "by a" });
      await ofA.flush();
      b.bus.within("prod.b").publish("order.9", { type: "Viewed", data: "last" });
      await last.promise;
      assertEquals(events, ["prod.a by a stored", "prod.a by a published", "prod.b last published"]);
    });

    await t.step("users of an account have the rights that were given", async () => {
      const connection = await connect({ user: "b-reader", pass: "p", inboxPrefix: "_INBOX_reader" });
      await using reader = await jetstream({ connection, timeout: 60_000 });
      assertEquals(await reader.store("prod.b").latestVersion("order.1"), 2);
      const append = reader.store("prod.b").append("order.1", made, { expectedVersion: 2 });
      assertEquals(await codeOf(append), "unsuitable-server");
    });

    await t.step("a tenant takes no more streams than its account has", async () => {
      const error = await codeOf(a.store("one.more").append("a", made, { expectedVersion: 0 }));
      assertEquals(error, "unsuitable-server");
    });
  }, { version, config: accounts });
}

const flaws: [options: object, code: string, says: string][] = [
  [{ tenants: [{ name: "A B", namespaces: [], users: [] }] }, "invalid-argument", "name"],
  [{ tenants: [{ name: "A", namespaces: ["a.*"], users: [] }] }, "invalid-namespace", "a.*"],
  [
    { tenants: ["A", "B"].map((name) => ({ name, namespaces: ["a"], users: [] })) },
    "invalid-argument",
    `two tenants have the namespace "a"`,
  ],
  [
    { tenants: [{ name: "A", namespaces: [], users: [] }], observers: [{ name: "A", pattern: ">", users: [] }] },
    "invalid-argument",
    `two accounts are named "A"`,
  ],
  [{ tenants: [], observers: [{ name: "A", pattern: "a.>.b", users: [] }] }, "invalid-pattern", "a.>.b"],
  [{ tenants: [], prefix: "a.b" }, "invalid-argument", "prefix"],
  [
    {
      tenants: [{ name: "A", namespaces: ["a"], users: [{ user: "u", rights: { role: "reader", namespace: "a" } }] }],
    },
    "invalid-argument",
    "inboxPrefix",
  ],
  [
    {
      tenants: [{
        name: "A",
        namespaces: ["a"],
        users: ["u", "v"].map((user) => ({
          user,
          rights: { role: "reader", namespace: "a" },
          inboxPrefix: "_INBOX_a",
        })),
      }],
    },
    "invalid-argument",
    `two users of the account "A" have the inboxPrefix "_INBOX_a"`,
  ],
];

for (const [options, code, says] of flaws) {
  Deno.test(`accounts of ${JSON.stringify(options)} are refused`, () => {
    const error = assertThrows(() => natsAccounts(options as NatsAccountsOptions));
    assert(isAetherError(error), String(error));
    assertEquals(error.code as string, code);
    assertStringIncludes(error.message, says);
  });
}
