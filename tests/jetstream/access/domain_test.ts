import { jetstream, natsPermissions, provision, renewLogIdentity } from "@flowmade-one/aether/jetstream";
import { assertEquals, assertStringIncludes } from "@std/assert";
import type { NatsConnection } from "@nats-io/transport-node";
import { NATS_SERVER_VERSIONS } from "../../../tools/nats_server.ts";
import { codeOf, failureOf } from "../_support/failure_of.ts";
import { HUB_DOMAIN, testOnLeafNode } from "../_support/leaf_node.ts";
import { openRecords, useRecords } from "../_support/open_records.ts";
import { testOnServer } from "../_support/test_server.ts";
import { useEverything } from "../_support/use_everything.ts";

const domain = HUB_DOMAIN;
const made = [{ type: "Made", data: 1 }];

for (const version of NATS_SERVER_VERSIONS) {
  for (const leafDomain of [undefined, "edge"]) {
    const kind = leafDomain === undefined ? "without JetStream" : "with a JetStream domain of its own";
    await testOnLeafNode(`jetstream({ domain }) does everything over a leaf node ${kind}`, async ({ connect }) => {
      const [onLeaf, onHub] = [await connect("leaf"), await connect("hub")];
      await using leaf = await jetstream({ connection: onLeaf, domain });
      await using hub = await jetstream({ connection: onHub });
      await useEverything(leaf, hub, "from.leaf");
      await useRecords(openRecords(onLeaf, "from.leaf", { domain }));
      await provision(["provisioned"], { connection: onLeaf, domain });
      const grant = leaf.grant(">", { reason: "test" });
      assertEquals(await Array.fromAsync(leaf.namespaces(grant)) as string[], ["from.leaf"]);
    }, { version, leafDomain });
  }
}

for (const version of NATS_SERVER_VERSIONS) {
  await testOnLeafNode("append() ignores the reply of a stream of another domain", async ({ connect }) => {
    const connection = await connect("leaf");
    await using edge = await jetstream({ connection });
    // The stream of the leaf node has the same subjects as the hub's stream, and a greater last sequence.
    for (const actorId of ["a", "b", "c"]) await edge.store("t").append(actorId, made, { expectedVersion: 0 });
    await using hub = await jetstream({ connection, domain });
    const store = hub.store("t");
    const appended = [];
    for (let n = 1; n <= 10; n++) appended.push(await store.append(`n${n}`, made, { expectedVersion: 0 }));
    const stored = await store.readAll().toArray();
    assertEquals(stored.map(({ position }) => position), appended.map(({ position }) => position));
  }, { version, leafDomain: "edge" });
}

await testOnLeafNode("renewLogIdentity() renews the identity of a log in a domain", async ({ connect }) => {
  const connection = await connect("leaf");
  await using before = await jetstream({ connection, domain });
  const { position } = await before.store("t").append("a", made, { expectedVersion: 0 });
  await renewLogIdentity(["t"], { connection, domain });
  await using after = await jetstream({ connection, domain });
  assertEquals(await codeOf(after.store("t").readAll({ after: position }).toArray()), "unknown-position");
  assertEquals((await after.store("t").readAll().toArray()).length, 1);
});

await testOnLeafNode("jetstream() refuses a domain from which no server answers, and names it", async ({ connect }) => {
  const connection = await connect("leaf");
  const error = await failureOf(jetstream({ connection, domain: "nowhere" }));
  assertStringIncludes(
    String(error),
    `Cannot use the JetStream API at "$JS.nowhere.API": no server responds to requests`,
  );
  assertEquals(await codeOf(jetstream({ connection, domain: "nowhere" })), "unsupported-storage");
});

/** An operator and a tenant, whose permissions are made with a domain or without one. */
function authorization(domain: string | undefined): string {
  const user = (name: string, rights: Parameters<typeof natsPermissions>[0]) => ({
    user: name,
    password: "p",
    permissions: natsPermissions(rights, { inboxPrefix: `_INBOX_${name}`, domain }),
  });
  const users = [
    user("operator", { role: "operator" }),
    user("tenant", { role: "tenant", namespace: "t" }),
  ];
  return `authorization { users: ${JSON.stringify(users)} }`;
}

/** The options with which a user of `authorization()` connects. */
const as = (name: string) => ({ user: name, pass: "p", inboxPrefix: `_INBOX_${name}` });

/** Checks that a tenant can use everything in its namespace, and cannot append in another one. */
async function checkPermissions(operator: NatsConnection, tenant: NatsConnection): Promise<void> {
  await provision(["t", "other"], { connection: operator, domain });
  await using one = await jetstream({ connection: tenant, domain });
  await using two = await jetstream({ connection: tenant, domain });
  await useEverything(one, two, "t");
  await useRecords(openRecords(tenant, "t", { domain }));
  assertEquals(await codeOf(one.store("other").append("a", made, { expectedVersion: 0 })), "unsupported-storage");
}

await testOnLeafNode("natsPermissions({ domain }) permits what a tenant on a leaf node needs", async ({ connect }) => {
  await checkPermissions(await connect("leaf", as("operator")), await connect("leaf", as("tenant")));
}, { leafConfig: authorization(domain) });

for (const version of NATS_SERVER_VERSIONS) {
  await testOnServer(
    "natsPermissions() without domain permits jetstream({ domain }) on a server of this domain",
    async ({ connect }) => await checkPermissions(await connect(as("operator")), await connect(as("tenant"))),
    { version, domain, config: authorization(undefined) },
  );

  await testOnServer(
    "append() names the refused subject of natsPermissions({ domain }) on a server of this domain",
    async ({ connect }) => {
      const connection = await connect(as("tenant"));
      await using backend = await jetstream({ connection, domain });
      const error = await failureOf(backend.store("t").append("a", made, { expectedVersion: 0 }));
      assertStringIncludes(String(error), 'Permissions Violation for Publish to "$JS.API.STREAM.INFO.t_events"');
    },
    { version, domain, config: authorization(domain) },
  );
}
