import { isAetherError, parseNamespace } from "@flowmade-one/aether";
import {
  jetstream,
  natsPermissions,
  type NatsPermissionsOptions,
  type NatsRights,
  provision,
} from "@flowmade-one/aether/jetstream";
import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { naiveMatches } from "../../values/naive_pattern.ts";
import { codeOf, failureOf } from "../_support/failure_of.ts";
import { encode, openDriver, openRecords, useRecords } from "../_support/open_records.ts";
import { testOnServer } from "../_support/test_server.ts";
import { listen, recordSubjects, useEverything } from "../_support/use_everything.ts";

const inboxPrefix = "_INBOX_a";
const tenant: NatsRights = { role: "tenant", namespace: "prod.a" };

/** Permitted subjects that the adapter does not use on a single server without a retention. */
const unusedHere = [
  /^\$JS\.API\.STREAM\.MSG\.GET\./, // Used on streams with replicas.
  /^\$JS\.(API\.(STREAM\.INFO|DIRECT\.GET|CONSUMER\.[A-Z]+)|FC)\.prod=2Ea_heads/, // Used with a retention.
  /^\$JS\.API\.DIRECT\.GET\.prod=2Ea_snapshots$/,
];

await testOnServer(
  "natsPermissions() permits a tenant exactly the subjects that the adapter uses",
  async ({ connect }) => {
    const connection = recordSubjects(await connect({ inboxPrefix }));
    await provision(["prod.a"], { connection: await connect() });
    await using one = await jetstream({ connection });
    await using two = await jetstream({ connection });
    await useEverything(one, two, "prod.a");
    await useRecords(openRecords(connection, "prod.a"));
    const { publish, subscribe } = natsPermissions(tenant, { inboxPrefix });
    const denied = (used: Set<string>, allow: readonly string[] = []) =>
      [...used].filter((subject) => !allow.some((pattern) => naiveMatches(pattern, subject)));
    // The adapter works without the reply to this request.
    assertEquals(denied(connection.published, publish.allow), ["$JS.API.INFO"]);
    assertEquals(denied(connection.subscribed, subscribe.allow), []);
    const unused = (allow: readonly string[] = [], used: Set<string>) =>
      allow.filter((pattern) => ![...used].some((subject) => naiveMatches(pattern, subject)));
    assertEquals(
      unused(publish.allow, connection.published).filter((subject) => !unusedHere.some((known) => known.test(subject))),
      [],
    );
    assertEquals(unused(subscribe.allow, connection.subscribed), []);
  },
);

const user = (name: string, rights: NatsRights | NatsRights[], options: Partial<NatsPermissionsOptions> = {}) => ({
  user: name,
  password: "p",
  permissions: natsPermissions(rights, { inboxPrefix: `_INBOX_${name}`, ...options }),
});

const as = (name: string) => ({ user: name, pass: "p", inboxPrefix: `_INBOX_${name}` });

const roles = {
  accounts: {
    A: {
      jetstream: "enabled",
      users: [
        user("operator", { role: "operator" }),
        user("tenant", tenant),
        user("reader", { role: "reader", namespace: "prod.a" }),
        user("node", { role: "node" }),
        user("publisher", { role: "publisher", namespace: "prod.a" }),
        user("observer", { role: "observer", pattern: "prod.>" }),
        user("expiring", { role: "tenant", namespace: "prod.c", retention: true }),
        user("other", tenant, { prefix: "other" }),
      ],
    },
  },
};
const config = `accounts: ${JSON.stringify(roles.accounts)}`;
const made = [{ type: "Made", data: 1 }];

await testOnServer("natsPermissions() permits each role its operations, and no others", async ({ connect }, t) => {
  const open = async (name: string, more: object = {}) =>
    await jetstream({ connection: await connect(as(name)), timeout: 60_000, ...more });

  await t.step("a tenant whose streams do not exist gets an error that names provision()", async () => {
    await using backend = await open("tenant");
    const store = backend.store("prod.a");
    assertEquals(await store.read("a").toArray(), []);
    const uses = [
      () => store.append("a", made, { expectedVersion: 0 }),
      () => Array.fromAsync(store.subscribe()),
      () => store.snapshots.put("a", { version: 1, schema: 1, eventId: "e", state: 1 }),
    ];
    for (const use of uses) {
      const error = await failureOf(use());
      assert(isAetherError(error, "unsupported-storage"), String(error));
      assertStringIncludes(error.message, "provision()");
    }
  });

  await t.step("an operator provisions namespaces, repeatedly, and can list them", async () => {
    const connection = await connect(as("operator"));
    for (let i = 0; i < 2; i++) await provision(["prod.a", "prod.b"], { connection });
    await provision(["prod.c"], { connection, retention: { maxCommits: 300 } });
    assertEquals(await codeOf(provision(["prod.d", "a..b"], { connection })), "invalid-namespace");
    const otherQuota = provision(["prod.a"], { connection, quota: { maxCommits: 7 } });
    assertEquals(await codeOf(otherQuota), "unsupported-storage");
    await using backend = await jetstream({ connection });
    const grant = backend.grant(">", { reason: "test" });
    assertEquals(await Array.fromAsync(backend.namespaces(grant)), []);
    assertEquals(
      await codeOf(provision(["prod.e"], { connection: await connect(as("tenant")) })),
      "unsupported-storage",
    );
  });

  await t.step("a tenant can use every operation on its namespace, and cannot list namespaces", async () => {
    await using one = await open("tenant");
    await using two = await open("tenant");
    await useEverything(one, two, "prod.a");
    const list = Array.fromAsync(one.namespaces(one.grant(">", { reason: "test" })));
    const error = await failureOf(list);
    assert(isAetherError(error, "unsupported-storage"), String(error));
    assertStringIncludes(error.message, "STREAM.LIST");
  });

  await t.step("a tenant of a namespace with a retention can purge expired commits", async () => {
    await using backend = await open("expiring", { retention: { maxCommits: 300 } });
    const store = backend.store("prod.c");
    for (let i = 0; i < 1_600; i += 50) {
      await Promise.all(Array.from({ length: 50 }, (_, j) => store.append(`a.${i + j}`, made, { expectedVersion: 0 })));
    }
    assertEquals((await store.readAll({ after: "oldest-available" }).toArray()).length, 300);
    assertEquals(await store.latestVersion("a.0"), 1);
  });

  await t.step("a reader can read, subscribe and receive bus events, and cannot store", async () => {
    await using backend = await open("reader");
    await using writer = await open("tenant");
    const received = await listen(backend, "prod.a");
    await writer.store("prod.a").append("order.3", made, { expectedVersion: 0 });
    const store = backend.store("prod.a");
    assertEquals((await received(1))[0]?.actorId, "order.3");
    assertEquals((await store.read("order.3").toArray()).length, 1);
    assertEquals((await store.snapshots.latest("order.1"))?.state, "last");
    await using subscription = store.subscribe({ actors: "order.3" });
    for await (const { version } of subscription) if (version === 1) break;
    const uses = [
      () => store.append("a", made, { expectedVersion: 0 }),
      () => store.snapshots.put("a", { version: 1, schema: 1, eventId: "e", state: 1 }),
      () => backend.store("prod.b").read("a").toArray(),
    ];
    for (const use of uses) assertEquals(await codeOf(use()), "unsupported-storage", String(use));
  });

  await t.step("a reader can scan records and put none, and a node can use the cluster's records only", async () => {
    const [tenant, reader, node] = await Promise.all(
      ["tenant", "reader", "node"].map(async (name) => openDriver(await connect(as(name)), { timeout: 60_000 })),
    );
    const of = (driver: typeof tenant) => driver!.open(parseNamespace("prod.a")).records;
    const revision = await of(tenant).put("claims.kept", encode("1"), 0);
    assertEquals((await of(reader).scan("claims.", 0)).entries.map((entry) => entry.revision), [revision]);
    await useRecords(node!.records);
    const refused = [
      () => of(reader).put("claims.a", encode("1"), 0),
      () => of(reader).delete("claims.kept", revision!),
      () => of(node).scan("", 0),
      () => tenant!.records.put("claims.a", encode("1"), 0),
    ];
    for (const use of refused) assertEquals(await codeOf(Promise.resolve(use())), "unsupported-storage", String(use));
  });

  await t.step("a publisher can publish, an observer can receive bus events, and neither can read", async () => {
    await using publisher = await open("publisher");
    const reported: unknown[] = [];
    await using observer = await open("observer", { onError: (error: unknown) => reported.push(error) });
    const events: unknown[] = [];
    const enough = Promise.withResolvers<void>();
    observer.bus.observe(observer.grant("prod.>", { reason: "test" }), (event) => {
      events.push([event.namespace, event.version]);
      if (events.length === 2) enough.resolve();
    });
    // The server denies this request after it has processed the subscriptions.
    assertEquals(await codeOf(observer.store("prod.a").latestVersion("a")), "unsupported-storage");
    publisher.bus.within("prod.a").publish("a", made[0]!);
    await using writer = await open("tenant");
    await writer.store("prod.a").append("order.4", made, { expectedVersion: 0 });
    await enough.promise;
    assertEquals(events, [["prod.a", undefined], ["prod.a", 1]]);
    assertEquals(await codeOf(publisher.store("prod.a").latestVersion("a")), "unsupported-storage");
    observer.bus.within("test").subscribe(() => {});
    assertEquals(await codeOf(observer.store("prod.a").latestVersion("a")), "unsupported-storage");
    assertEquals(reported.length, 1, "the subscription outside of its pattern");
  });
}, { config });

const refusals: [rights: unknown, options: unknown, code: string, refusal: string][] = [
  [{ role: "tenant", namespace: "a..b" }, { inboxPrefix }, "invalid-namespace", "it has an empty token"],
  [{ role: "tenant", namespace: "prod.*" }, { inboxPrefix }, "invalid-namespace", "a tenant has one namespace"],
  [{ role: "observer", pattern: "a.>.b" }, { inboxPrefix }, "invalid-pattern", "> must be the last token"],
  [{ role: "host", namespace: "prod.>" }, { inboxPrefix }, "invalid-namespace", "a host has one namespace"],
  [{ role: "root" }, { inboxPrefix }, "invalid-argument", "the role does not exist"],
  [tenant, { inboxPrefix: "_INBOX" }, "invalid-argument", "it is the default of all users"],
  [tenant, { inboxPrefix: "_INBOX.a" }, "invalid-argument", "a user with _INBOX receives its replies"],
  [tenant, { inboxPrefix: "*" }, "invalid-argument", "it is a wildcard"],
  [tenant, { inboxPrefix: "a".repeat(65) }, "invalid-argument", "it is too long"],
  [tenant, {}, "invalid-argument", "it is missing"],
  [tenant, { inboxPrefix: "aether" }, "invalid-argument", "the user could subscribe to all subjects of Aether"],
  [tenant, { inboxPrefix, prefix: inboxPrefix }, "invalid-argument", "it must differ from the prefix"],
  [tenant, { inboxPrefix, prefix: "a.b" }, "invalid-argument", "a prefix is one token"],
  [tenant, { inboxPrefix, domain: "a.b" }, "invalid-argument", "a domain is one token"],
  [tenant, { inboxPrefix, domian: "hub" }, "invalid-argument", "the option does not exist"],
];

for (const [rights, options, code, refusal] of refusals) {
  Deno.test(`natsPermissions() refuses ${JSON.stringify(rights)} with ${JSON.stringify(options)}: ${refusal}`, () => {
    const error = assertThrows(() => natsPermissions(rights as NatsRights, options as NatsPermissionsOptions));
    assert(isAetherError(error), String(error));
    assertEquals(error.code as string, code);
  });
}

Deno.test("natsPermissions() denies all publishing to a role that sends nothing", () => {
  const { publish } = natsPermissions({ role: "observer", pattern: ">" }, { inboxPrefix });
  // The server would take an empty `allow` as permission for every subject.
  assertEquals(publish, { deny: [">"] });
});

Deno.test("natsPermissions() lets a host send, receive and answer the requests of its namespace only", () => {
  const permissions = natsPermissions({ role: "host", namespace: "prod.a" }, { inboxPrefix, prefix: "p" });
  assertEquals(permissions, {
    publish: { allow: ["p.calls.prod=2Ea.>"] },
    subscribe: { allow: ["_INBOX_a.>", "p.calls.prod=2Ea.>"] },
    allow_responses: true,
  });
  assertEquals("allow_responses" in natsPermissions(tenant, { inboxPrefix }), false);
});
