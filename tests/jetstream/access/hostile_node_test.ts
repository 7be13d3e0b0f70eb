/**
 * Requests of a hostile user for the records, the cluster and the calls of another user. `b` is the victim: two nodes
 * that host the actors of `prod.b`.
 */
import { natsAccounts, natsPermissions, type NatsRights, provision } from "@flowmade-one/aether/jetstream";
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { callSubject } from "../../../adapters/jetstream/wire/call_subjects.ts";
import { poll } from "../../../tools/nats/poll.ts";
import { NATS_SERVER_VERSIONS } from "../../../tools/nats_server.ts";
import { ask } from "../_support/ask_server.ts";
import { attempt, consumer, HOSTILE_COMMAND, type HostileRequest, maySubscribe } from "../_support/hostile_requests.ts";
import { openNode, untilAllHost } from "../_support/open_hosting_node.ts";
import { encode, openRecords } from "../_support/open_records.ts";
import { testOnServer } from "../_support/test_server.ts";
import { B, CLUSTER, KEY, RECORDS, SECRET, Victim } from "../_support/victim.ts";

/** The stream of the hostile tenant's records. */
const OWN = "prod=2Ea_records";

/** Requests that every user of another namespace is denied. */
const deniedRequests: HostileRequest[] = [
  ["put a record of b", `aether.records.prod=2Eb.1767225600000.${KEY}`, "stolen"],
  ["put a record of b by a subject with the namespace not encoded", `aether.records.prod.b.1767225600000.${KEY}`],
  ["put a record of the parent namespace", `aether.records.prod.1767225600000.${KEY}`],
  ["put a record with another prefix", `other.records.prod=2Ea.1767225600000.${KEY}`],
  ["get the keys of b's records", `$JS.API.STREAM.INFO.${RECORDS}`, { subjects_filter: ">" }],
  ["get a record of b from the leader", `$JS.API.STREAM.MSG.GET.${RECORDS}`, { seq: 1 }],
  ["get a record of b directly", `$JS.API.DIRECT.GET.${RECORDS}`, { last_by_subj: ">" }],
  ["get a batch of records of b directly", `$JS.API.DIRECT.GET.${RECORDS}`, { seq: 1, batch: 100, next_by_subj: ">" }],
  ["get a record of b by its subject", `$JS.API.DIRECT.GET.${RECORDS}.aether.records.prod=2Eb.1767225600000.${KEY}`],
  ["create a consumer of b's records", `$JS.API.CONSUMER.CREATE.${RECORDS}.c`, consumer(RECORDS)],
  ["delete a record of b", `$JS.API.STREAM.MSG.DELETE.${RECORDS}`, { seq: 1 }],
  ["purge b's records", `$JS.API.STREAM.PURGE.${RECORDS}`],
  ["change the stream of b's records", `$JS.API.STREAM.UPDATE.${RECORDS}`, { name: RECORDS, max_msgs: 1 }],
  ["delete the stream of b's records", `$JS.API.STREAM.DELETE.${RECORDS}`],
  ["create a stream that copies b's records", "$JS.API.STREAM.CREATE.mine", {
    name: "mine",
    sources: [{ name: RECORDS }],
  }],
  ["create a consumer of the cluster's records", `$JS.API.CONSUMER.CREATE.${CLUSTER}.c`, consumer(CLUSTER)],
  ["purge the cluster's records", `$JS.API.STREAM.PURGE.${CLUSTER}`],
  ["change the stream of the cluster", `$JS.API.STREAM.UPDATE.${CLUSTER}`, { name: CLUSTER, max_msgs: 1 }],
  ["delete the stream of the cluster", `$JS.API.STREAM.DELETE.${CLUSTER}`],
  ["send a command to a host of b", "aether.calls.prod=2Eb.seats.n1=7Ex", HOSTILE_COMMAND],
  ["send a command to a host of the parent namespace", "aether.calls.prod.seats.n1=7Ex", HOSTILE_COMMAND],
];

/** Requests that every user without the role `"node"` is denied. */
const deniedWithoutNode: HostileRequest[] = [
  ["end the session of a node", "aether.cluster.1767225600000.sessions.n1~x"],
  ["acquire a claim", "aether.cluster.1767225600000.claims.leaders.boss", "sessions.mallory~x"],
  ["open the cluster for claims", "aether.cluster.1767225600000.opened", "1"],
  ["get the keys of sessions and claims", `$JS.API.STREAM.INFO.${CLUSTER}`, { subjects_filter: ">" }],
  ["get a session from the leader", `$JS.API.STREAM.MSG.GET.${CLUSTER}`, { seq: 1 }],
  ["get a session directly", `$JS.API.DIRECT.GET.${CLUSTER}`, { last_by_subj: ">" }],
  ["get a session by its subject", `$JS.API.DIRECT.GET.${CLUSTER}.aether.cluster.1767225600000.sessions.n1~x`],
  ["delete a session", `$JS.API.STREAM.MSG.DELETE.${CLUSTER}`, { seq: 1 }],
];

/** Subscriptions that every user of another namespace is denied. */
const deniedSubscriptions: [title: string, subject: string][] = [
  ["records of b", "aether.records.prod=2Eb.>"],
  ["records of all namespaces", "aether.records.>"],
  ["one record of all namespaces", `aether.records.*.*.${KEY}`],
  ["commands to hosts of b", "aether.calls.prod=2Eb.>"],
  ["commands to one host of b", "aether.calls.prod=2Eb.seats.n1=7Ex"],
  ["commands to hosts of all namespaces", "aether.calls.>"],
  ["commands to one node in all namespaces", "aether.calls.*.seats.n1=7Ex"],
];

/** Subscriptions that every user without the role `"node"` is denied. */
const subscriptionsOfNodes: [title: string, subject: string][] = [
  ["records of the cluster", "aether.cluster.>"],
  ["sessions", "aether.cluster.*.sessions.>"],
  ["claims", "aether.cluster.*.claims.>"],
];

/** Requests at permitted subjects whose bodies name b. */
const requestsByBody: HostileRequest[] = [
  ["records of b in its own records", `$JS.API.DIRECT.GET.${OWN}`, { last_by_subj: "aether.records.prod=2Eb.>" }],
  ["records of b in its own stream", `$JS.API.STREAM.MSG.GET.${OWN}`, { last_by_subj: "aether.records.prod=2Eb.>" }],
];

/** The rights of users of one account. Only `b` has rights in `prod.b`. */
const rightsOf: Readonly<Record<string, NatsRights | NatsRights[]>> = {
  b: [{ role: "tenant", namespace: "prod.b" }, { role: "node" }, { role: "host", namespace: "prod.b" }],
  host: [{ role: "tenant", namespace: "prod.a" }, { role: "node" }, { role: "host", namespace: "prod.a" }],
  tenant: { role: "tenant", namespace: "prod.a" },
  reader: { role: "reader", namespace: "prod.a" },
  publisher: { role: "publisher", namespace: "prod.a" },
  observer: { role: "observer", pattern: ">" },
};
const login = (user: string) => ({ user, password: "p" });
const users = Object.entries(rightsOf).map(([name, rights]) => ({
  ...login(name),
  permissions: natsPermissions(rights, { inboxPrefix: `_INBOX_${name}` }),
}));
const as = (user: string) => ({ user, pass: "p", inboxPrefix: `_INBOX_${user}`, reconnect: false });
const oneAccount = `accounts: ${JSON.stringify({ A: { jetstream: "enabled", users: [login("operator"), ...users] } })}`;
const HOSTILE = Object.keys(rightsOf).filter((name) => name !== "b");

for (const version of NATS_SERVER_VERSIONS) {
  await testOnServer(
    "natsPermissions() denies all requests for records, the cluster and calls of another namespace",
    async ({ connect }, t) => {
      const operator = await connect({ user: "operator", pass: "p" });
      await provision(["prod.a", "prod.b"], { connection: operator });
      await using victim = await Victim.open([await connect(as("b")), await connect(as("b"))], operator);
      const before = await victim.state();
      for (const name of HOSTILE) {
        const hostile = await connect(as(name));
        const isNode = name === "host";
        for (const [title, subject, body] of isNode ? deniedRequests : [...deniedRequests, ...deniedWithoutNode]) {
          await t.step(`the ${name} cannot ${title}`, async () => {
            assertEquals(await attempt(hostile, subject, body), "permission-denied");
          });
        }
        const subscriptions = isNode ? deniedSubscriptions : [...deniedSubscriptions, ...subscriptionsOfNodes];
        for (const [title, subject] of subscriptions) {
          await t.step(`the ${name} cannot subscribe to ${title}`, async () => {
            assertEquals(await maySubscribe(hostile, subject), false);
            assertEquals(await maySubscribe(hostile, subject, "queue"), false);
          });
        }
        if (name !== "tenant") continue;
        for (const [title, subject, body] of requestsByBody) {
          await t.step(`the tenant gets no ${title}`, async () => {
            assert(/^$|"err_code":10/.test(await attempt(hostile, subject, body)));
          });
        }
      }
      await t.step("the victim's records, sessions, claims and actors are unchanged", async () => {
        assertEquals(await victim.state(), before);
        await victim.use();
      });
    },
    { version, config: oneAccount },
  );
}

await testOnServer("an unrestricted user may send the requests that a user of a namespace may not", async (scene) => {
  const operator = await scene.connect({ user: "operator", pass: "p" });
  for (const [title, subject, body] of [...deniedRequests, ...deniedWithoutNode]) {
    // Some of them get no reply: the attempt then ends by its timeout.
    assertNotEquals(await attempt(operator, subject, body, 1_000), "permission-denied", title);
  }
  for (const [title, subject] of [...deniedSubscriptions, ...subscriptionsOfNodes]) {
    assert(await maySubscribe(operator, subject), title);
  }
}, { config: oneAccount });

const twoAccounts = natsAccounts({
  tenants: ["a", "b"].map((name) => ({ name, namespaces: [`prod.${name}`], users: [login(name)] })),
});

for (const version of NATS_SERVER_VERSIONS) {
  await testOnServer(
    "natsAccounts() isolates the records, the cluster and the calls of a tenant",
    async ({ connect }, t) => {
      const hostile = await connect({ user: "a", pass: "p" });
      // The subscription answers every message that it receives, in the place of the receiver.
      const received: string[] = [];
      const answering = await connect({ user: "a", pass: "p" });
      for (const options of [{}, { queue: "seats" }]) {
        answering.subscribe(">", {
          ...options,
          callback: (_, message) => {
            received.push(message.subject);
            message.respond("{}");
          },
        });
      }
      await answering.flush();
      const owner = await connect({ user: "b", pass: "p" });
      await using victim = await Victim.open(
        [await connect({ user: "b", pass: "p" }), await connect({ user: "b", pass: "p" })],
        owner,
      );
      const before = await victim.state();
      const isUnchanged = async () => {
        assertEquals(await victim.state(), before);
      };

      await t.step("the hostile tenant receives no put, no heartbeat and no command", async () => {
        await answering.flush();
        assertEquals(received, []);
        await answering.close();
      });

      await t.step("the hostile tenant gets no data by a request", async () => {
        const { config } = await ask<{ config: { subjects: string[] } }>(owner, `STREAM.INFO.${RECORDS}`);
        const put = config.subjects[0]!.replace(">", KEY);
        assertEquals(await attempt(hostile, put, "stolen"), "no-responders");
        for (const session of victim.sessions) {
          const subject = callSubject("aether", { namespace: B, service: "seats", session });
          assertEquals(await attempt(hostile, subject, HOSTILE_COMMAND), "no-responders");
        }
        const data = [SECRET, btoa(SECRET), ...victim.sessions];
        await Promise.all([...deniedRequests, ...deniedWithoutNode].map(async ([title, subject, body]) => {
          // nats-server 2.9.10 sends no reply to a direct get from a stream that does not exist.
          const reply = await attempt(hostile, subject, body, 1_000);
          assert(!data.some((secret) => reply.includes(secret)), `${title}: ${reply}`);
        }));
        await ask(hostile, "STREAM.DELETE.mine");
        await isUnchanged();
      });

      await t.step("nodes with the same names in another account are other nodes", async () => {
        await using one = await openNode(hostile, B, "n1");
        await using two = await openNode(hostile, B, "n2");
        const nodes = [one, two];
        await openRecords(hostile, B).put(KEY, encode("stolen"), 0);
        await untilAllHost(nodes);
        for (const { cluster } of nodes) {
          assertEquals(cluster.members.map(({ session }) => session).filter((id) => victim.sessions.includes(id)), []);
        }
        await one.host.execute("screening.1", { take: "Mallory" });
        await isUnchanged();
        const served = nodes.map(({ host }) => host.stats.served);
        await victim.use();
        assertEquals(nodes.map(({ host }) => host.stats.served), served);
      });

      await t.step("the deletion of a stream by a reply subject takes effect in the own account only", async () => {
        const afterUse = await victim.state();
        for (const stream of [CLUSTER, RECORDS]) {
          const request = [`$JS.API.DIRECT.GET.${RECORDS}`, '{"seq":1000000}'] as const;
          hostile.publish(...request, { reply: `$JS.API.STREAM.DELETE.${stream}` });
          const isDeleted = async () => "error" in await ask<object>(hostile, `STREAM.INFO.${stream}`);
          assert(await poll(isDeleted), stream);
        }
        assertEquals(await victim.state(), afterUse);
        await victim.use();
      });
    },
    { version, config: `accounts: ${JSON.stringify(twoAccounts.accounts)}` },
  );
}
