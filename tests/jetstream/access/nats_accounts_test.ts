import { isAetherError } from "@flowmade-one/aether";
import { jetstream, natsAccounts, type NatsAccountsOptions } from "@flowmade-one/aether/jetstream";
import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { NATS_SERVER_VERSIONS } from "../../../tools/nats_server.ts";
import { codeOf } from "../_support/failure_of.ts";
import { testOnServer } from "../_support/test_server.ts";
import { listen, useEverything } from "../_support/use_everything.ts";

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

const made = [{ type: "Made", data: 1 }];

for (const version of NATS_SERVER_VERSIONS) {
  await testOnServer(
    "natsAccounts() isolates tenants, and lets observer accounts receive their bus events",
    async ({ connect }, t) => {
      const [ofA, ofB] = [await connect({ user: "a", pass: "p" }), await connect({ user: "b", pass: "p" })];
      await using a = await jetstream({ connection: ofA });
      await using b = await jetstream({ connection: ofB });

      await t.step("each tenant can use every operation, and create its streams itself", async () => {
        await useEverything(a, a, "prod.a");
        await useEverything(b, b, "prod.b");
      });

      await t.step("a namespace of the same name in another account is another namespace", async () => {
        const received = await listen(b, "prod.b");
        // In its own account, tenant A may use every name, including "prod.b" of tenant B.
        const forged = a.store("prod.b");
        await forged.append("order.1", made, { expectedVersion: 0 });
        a.bus.within("prod.b").publish("order.1", made[0]!);
        b.bus.within("prod.b").publish("order.1", { type: "Viewed", data: "own" });
        assertEquals((await received(1)).map(({ data }) => data), ["own"]);
        assertEquals(await b.store("prod.b").latestVersion("order.1"), 2);
        const grant = a.grant(">", { reason: "test" });
        assertEquals((await Array.fromAsync(a.namespaces(grant))).sort() as string[], ["prod.a", "prod.b"]);
      });

      await t.step(
        "an observer account receives the events of a namespace from its tenant only, and cannot read",
        async () => {
          const observer = await connect({ user: "audit", pass: "p" });
          await using audit = await jetstream({ connection: observer, timeout: 60_000 });
          const events: string[] = [];
          const last = Promise.withResolvers<void>();
          audit.bus.observe(audit.grant("prod.*", { reason: "test" }), ({ namespace, data, version }) => {
            events.push(`${namespace} ${data} ${version === undefined ? "published" : "stored"}`);
            if (data === "last") last.resolve();
          });
          assertEquals(await codeOf(audit.store("prod.a").latestVersion("order.1")), "unsupported-storage");
          await a.store("prod.a").append("order.9", [{ type: "Made", data: "by a" }], { expectedVersion: 0 });
          a.bus.within("prod.b").publish("order.9", { type: "Viewed", data: "forged" });
          await a.store("prod.b").append("order.9", [{ type: "Made", data: "forged" }], { expectedVersion: 0 });
          a.bus.within("a").publish("order.9", { type: "Viewed", data: "outside of the pattern" });
          // Tenant A publishes everything before the last event of tenant B.
          a.bus.within("prod.a").publish("order.9", { type: "Viewed", data: "by a" });
          await ofA.flush();
          b.bus.within("prod.b").publish("order.9", { type: "Viewed", data: "last" });
          await last.promise;
          assertEquals(events, ["prod.a by a stored", "prod.a by a published", "prod.b last published"]);
        },
      );

      await t.step("a user with rights has only these rights in its account", async () => {
        const connection = await connect({ user: "b-reader", pass: "p", inboxPrefix: "_INBOX_reader" });
        await using reader = await jetstream({ connection, timeout: 60_000 });
        assertEquals(await reader.store("prod.b").latestVersion("order.1"), 2);
        const append = reader.store("prod.b").append("order.1", made, { expectedVersion: 2 });
        assertEquals(await codeOf(append), "unsupported-storage");
      });

      await t.step("a tenant cannot create more streams than the limit of its account", async () => {
        const error = await codeOf(a.store("one.more").append("a", made, { expectedVersion: 0 }));
        assertEquals(error, "unsupported-storage");
      });
    },
    { version, config: accounts },
  );
}

const refusals: [options: object, code: string, message: string][] = [
  [{ tenants: [{ name: "A B", namespaces: [], users: [] }] }, "invalid-argument", "name"],
  [{}, "invalid-argument", "tenants is missing: it must be an array"],
  [{ tenants: {} }, "invalid-argument", "tenants must be an array"],
  [{ tenants: [], observers: "A" }, "invalid-argument", 'observers must be an array, not "A"'],
  [{ tenants: [{ name: "A" }] }, "invalid-argument", "users is missing"],
  [
    { tenants: [{ name: "A", users: [], namespaces: "a" }] },
    "invalid-argument",
    'namespaces must be an array, not "a"',
  ],
  [{ tenants: [{ name: "A", namespaces: ["a.*"], users: [] }] }, "invalid-namespace", "a.*"],
  [
    { tenants: ["A", "B"].map((name) => ({ name, namespaces: ["a"], users: [] })) },
    "invalid-argument",
    `a namespace is listed twice: "a"`,
  ],
  [
    { tenants: [{ name: "A", namespaces: [], users: [] }], observers: [{ name: "A", pattern: ">", users: [] }] },
    "invalid-argument",
    `two accounts are named "A"`,
  ],
  [{ tenants: [], observers: [{ name: "A", pattern: "a.>.b", users: [] }] }, "invalid-pattern", "a.>.b"],
  [{ tenants: [], prefix: "a.b" }, "invalid-argument", "prefix"],
  [{ tenants: [], apiPrefix: "a.*" }, "invalid-argument", "apiPrefix"],
  [{ tenants: [], observer: [] }, "invalid-argument", "observers"],
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

for (const [options, code, message] of refusals) {
  Deno.test(`natsAccounts() refuses ${JSON.stringify(options)}`, () => {
    const error = assertThrows(() => natsAccounts(options as NatsAccountsOptions));
    assert(isAetherError(error), String(error));
    assertEquals(error.code as string, code);
    assertStringIncludes(error.message, message);
  });
}
