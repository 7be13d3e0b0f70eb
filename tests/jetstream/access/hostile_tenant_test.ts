/** Requests of a hostile tenant in an account that it shares with another tenant. `a` is hostile, `b` is the victim. */
import type { Backend } from "@flowmade-one/aether";
import { jetstream, natsPermissions, provision } from "@flowmade-one/aether/jetstream";
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import type { NatsConnection } from "@nats-io/transport-node";
import { NATS_SERVER_VERSIONS } from "../../../tools/nats_server.ts";
import { ask, consumerNames } from "../_support/ask_server.ts";
import { attempt, consumer, type HostileRequest, maySubscribe } from "../_support/hostile_requests.ts";
import { testOnServer } from "../_support/test_server.ts";
import { listen, useEverything } from "../_support/use_everything.ts";

/** The tenant's own log, and the streams of the other tenant. */
const OWN = "prod=2Ea_events";
const LOG = "prod=2Eb_events";
const SNAPSHOTS = "prod=2Eb_snapshots";
/** The body of a commit message. */
const commit = '{"time":1,"events":[{"id":"e","type":"T","data":1}]}';

/**
 * Requests that the server denies tenant `a` for lack of a permission. It checks only what the tenant sends itself, and
 * not the reply that it sends to the tenant's reply subject: see reply_subject_test.ts.
 */
const deniedRequests: HostileRequest[] = [
  ["append to b", "aether.log.prod=2Eb.0.order", commit],
  ["append to b by a subject with the namespace not encoded", "aether.log.prod.b.0.order", commit],
  ["append to the parent namespace", "aether.log.prod.0.order", commit],
  ["append to a child namespace", "aether.log.prod=2Ea=2Ec.0.order", commit],
  ["put a snapshot in b", "aether.snapshots.prod=2Eb.order.1.manifest.0", "{}"],
  ["store a version floor in b", "aether.heads.prod=2Eb.order"],
  ["publish on the bus of b", "aether.events.prod.b", commit],
  ["publish on the bus of the parent namespace", "aether.events.prod", commit],
  ["publish a copy of a commit of b, as the server does", "aether.commits.2.prod.b.0.order", commit],
  ["publish a copy of its own commit, as the server does", "aether.commits.2.prod.a.0.order", commit],
  ["publish with another prefix", "other.log.prod=2Ea.0.order", commit],
  ["get the subjects of b's log", `$JS.API.STREAM.INFO.${LOG}`, { subjects_filter: ">" }],
  ["get the subjects of b's snapshots", `$JS.API.STREAM.INFO.${SNAPSHOTS}`, { subjects_filter: ">" }],
  ["get a commit of b from the leader", `$JS.API.STREAM.MSG.GET.${LOG}`, { seq: 1 }],
  ["get a commit of b directly", `$JS.API.DIRECT.GET.${LOG}`, { seq: 1 }],
  ["get a batch of commits of b directly", `$JS.API.DIRECT.GET.${LOG}`, { seq: 1, batch: 100, next_by_subj: ">" }],
  ["get the last commit of an actor of b directly", `$JS.API.DIRECT.GET.${LOG}.aether.log.prod=2Eb.13.order.1`],
  ["get a snapshot of b directly", `$JS.API.DIRECT.GET.${SNAPSHOTS}`, { last_by_subj: ">" }],
  ["create a consumer of b", `$JS.API.CONSUMER.CREATE.${LOG}`, consumer(LOG)],
  ["create a named consumer of b", `$JS.API.CONSUMER.CREATE.${LOG}.c`, consumer(LOG)],
  ["create a filtered consumer of b", `$JS.API.CONSUMER.CREATE.${LOG}.c.aether.log.>`, consumer(LOG)],
  ["create a durable consumer of b", `$JS.API.CONSUMER.DURABLE.CREATE.${LOG}.c`, consumer(LOG)],
  ["list the names of b's consumers", `$JS.API.CONSUMER.NAMES.${LOG}`],
  ["list the consumers of b", `$JS.API.CONSUMER.LIST.${LOG}`],
  ["get the state of a consumer of b", `$JS.API.CONSUMER.INFO.${LOG}.theirs`],
  ["pull from a consumer of b", `$JS.API.CONSUMER.MSG.NEXT.${LOG}.theirs`, { batch: 1 }],
  ["delete a consumer of b", `$JS.API.CONSUMER.DELETE.${LOG}.theirs`],
  ["pause a consumer of b", `$JS.API.CONSUMER.PAUSE.${LOG}.theirs`, { pause_until: "2100-01-01T00:00:00Z" }],
  ["acknowledge a message for a consumer of b", `$JS.ACK.${LOG}.theirs.1.1.1.1.0`, "+ACK"],
  ["reply to the flow control of a consumer of b", `$JS.FC.${LOG}.theirs.x`],
  ["create a stream that copies b's log", "$JS.API.STREAM.CREATE.mine", { name: "mine", sources: [{ name: LOG }] }],
  ["create a mirror of b's log", "$JS.API.STREAM.CREATE.mine", { name: "mine", mirror: { name: LOG } }],
  ["create a stream on b's subjects", "$JS.API.STREAM.CREATE.mine", { name: "mine", subjects: ["aether.>"] }],
  ["change its own log to copy b's log", `$JS.API.STREAM.UPDATE.${OWN}`, { name: OWN, sources: [{ name: LOG }] }],
  ["change its own log to republish at subjects of b", `$JS.API.STREAM.UPDATE.${OWN}`, {
    name: OWN,
    republish: { src: ">", dest: "aether.commits.2.prod.b.>" },
  }],
  ["delete b's log", `$JS.API.STREAM.DELETE.${LOG}`],
  ["delete b's snapshots", `$JS.API.STREAM.DELETE.${SNAPSHOTS}`],
  ["delete its own log", `$JS.API.STREAM.DELETE.${OWN}`],
  ["purge b's log", `$JS.API.STREAM.PURGE.${LOG}`],
  ["purge b's snapshots", `$JS.API.STREAM.PURGE.${SNAPSHOTS}`],
  ["purge its own log", `$JS.API.STREAM.PURGE.${OWN}`],
  ["delete a commit of b", `$JS.API.STREAM.MSG.DELETE.${LOG}`, { seq: 1 }],
  ["delete a commit of its own", `$JS.API.STREAM.MSG.DELETE.${OWN}`, { seq: 1 }],
  ["make a backup of b", `$JS.API.STREAM.SNAPSHOT.${LOG}`, { deliver_subject: "_INBOX_a.backup" }],
  ["restore a backup as b's log", `$JS.API.STREAM.RESTORE.${LOG}`, { config: { name: LOG } }],
  ["list streams", "$JS.API.STREAM.LIST"],
  ["list the names of streams", "$JS.API.STREAM.NAMES", { subject: "aether.>" }],
  ["get the usage of the account", "$JS.API.INFO"],
  ["make the leader of b's log step down", `$JS.API.STREAM.LEADER.STEPDOWN.${LOG}`],
  ["remove a server from b's log", `$JS.API.STREAM.PEER.REMOVE.${LOG}`, { peer: "x" }],
  ["make the leader of the cluster step down", "$JS.API.META.LEADER.STEPDOWN"],
  ["purge the account", "$JS.API.ACCOUNT.PURGE.A"],
  ["get the servers of the system", "$SYS.REQ.SERVER.PING"],
  ["get the connections of the account", "$SYS.REQ.ACCOUNT.A.CONNZ"],
  ["publish to the inbox of b, as the server does", "_INBOX_b.x.y", '{"stream":"prod=2Eb_events","seq":99}'],
];

/** Subscriptions that the server denies tenant `a` for lack of a permission. */
const deniedSubscriptions: [title: string, subject: string][] = [
  ["all messages", ">"],
  ["republished commits of all namespaces", "aether.commits.>"],
  ["republished commits of b", "aether.commits.2.prod.b.>"],
  ["republished commits of the namespaces beside its own", "aether.commits.2.prod.*.>"],
  ["republished commits of child namespaces", "aether.commits.3.prod.a.*.>"],
  ["published events of all namespaces", "aether.events.>"],
  ["published events of b", "aether.events.prod.b"],
  ["published events of the namespaces beside its own", "aether.events.prod.*"],
  ["published events of child namespaces", "aether.events.prod.a.>"],
  ["appends of b", "aether.log.prod=2Eb.>"],
  ["appends of all namespaces", "aether.log.>"],
  ["snapshots of b", "aether.snapshots.prod=2Eb.>"],
  ["replies to users with the default inbox", "_INBOX.>"],
  ["replies to b", "_INBOX_b.>"],
  ["all subjects with two tokens or more", "*.>"],
  ["requests to JetStream", "$JS.API.>"],
  ["advisories, which name streams and consumers", "$JS.EVENT.>"],
  ["acknowledgements", "$JS.ACK.>"],
  ["messages of the system account", "$SYS.>"],
];

/**
 * Requests at permitted subjects whose bodies name b. Permissions do not check bodies: JetStream itself refuses the
 * request, or its reply has no data of b.
 */
const requestsByBody: [title: string, subject: string, body: object, reply: RegExp][] = [
  ["a consumer of b's log", `$JS.API.CONSUMER.CREATE.${OWN}.c`, consumer(LOG), /"err_code":10/],
  [
    "a consumer of its own log with a filter on b's subjects",
    `$JS.API.CONSUMER.CREATE.${OWN}.c`,
    consumer(OWN, { filter_subject: "aether.log.prod=2Eb.>" }),
    /"err_code":10|"num_pending":0/,
  ],
  [
    "a consumer whose filter in the body is not the one in the subject",
    `$JS.API.CONSUMER.CREATE.${OWN}.c.aether.log.prod=2Ea.>`,
    consumer(OWN, { filter_subject: "aether.log.prod=2Eb.>" }),
    /"err_code":10/,
  ],
  ["commits of b in its own log", `$JS.API.DIRECT.GET.${OWN}`, { last_by_subj: "aether.log.prod=2Eb.>" }, /^$/],
];

const user = (name: string, namespace: string) => ({
  user: name,
  password: "p",
  permissions: natsPermissions({ role: "tenant", namespace }, { inboxPrefix: `_INBOX_${name}` }),
});
/** A user with all permissions in the account. */
const operatorUser = { user: "operator", password: "p" };
const oneAccount = {
  A: { jetstream: "enabled", users: [operatorUser, user("a", "prod.a"), user("b", "prod.b")] },
};

const as = (name: string) => ({ user: name, pass: "p", inboxPrefix: `_INBOX_${name}`, reconnect: false });

/** The state of `prod.b`, as its tenant and the operator can read it. */
async function stateOf(backend: Backend, operator: NatsConnection): Promise<unknown> {
  const store = backend.store("prod.b");
  const info = await ask<{ config: object; state: { consumer_count: number } }>(operator, `STREAM.INFO.${LOG}`);
  const { consumer_count: _, ...state } = info.state;
  // The adapter's own consumers are temporary.
  const consumers = (await consumerNames(operator, LOG)).filter((name) => !name.startsWith("aether-"));
  const snapshot = (await store.snapshots.latest("order.1"))?.state;
  return [await store.readAll().toArray(), snapshot, info.config, state, consumers];
}

for (const version of NATS_SERVER_VERSIONS) {
  await testOnServer(
    "natsPermissions() denies a tenant all requests that it sends to another namespace",
    async ({ connect }, t) => {
      const operator = await connect({ user: "operator", pass: "p" });
      await provision(["prod.a", "prod.b"], { connection: operator });
      const [ofB, ofA] = [await connect(as("b")), await connect(as("a"))];
      await using b = await jetstream({ connection: ofB });
      await useEverything(b, b, "prod.b");
      await ask(operator, `CONSUMER.DURABLE.CREATE.${LOG}.theirs`, {
        stream_name: LOG,
        config: { durable_name: "theirs", ack_policy: "explicit" },
      });
      const before = await stateOf(b, operator);
      const receivedByB = await listen(b, "prod.b");
      await using a = await jetstream({ connection: ofA });
      await useEverything(a, a, "prod.a");
      for (const [title, subject, body] of deniedRequests) {
        await t.step(`the tenant cannot ${title}`, async () => {
          assertEquals(await attempt(ofA, subject, body), "permission-denied");
        });
      }
      for (const [title, subject] of deniedSubscriptions) {
        await t.step(`the tenant cannot subscribe to ${title}`, async () => {
          assertEquals(await maySubscribe(ofA, subject), false);
        });
      }
      for (const [title, subject, body, expected] of requestsByBody) {
        await t.step(`the tenant gets no data of b by a request for ${title}`, async () => {
          const reply = await attempt(ofA, subject, body);
          assert(expected.test(reply), reply);
        });
      }
      await t.step("the victim's streams and subscriptions are unchanged", async () => {
        assertEquals(await stateOf(b, operator), before);
        b.bus.within("prod.b").publish("order.1", { type: "Viewed", data: {} });
        assertEquals((await receivedByB(1)).length, 1);
      });
    },
    { version, config: `accounts: ${JSON.stringify(oneAccount)}` },
  );
}

await testOnServer("an unrestricted user may send the requests that a tenant may not", async ({ connect }) => {
  const operator = await connect({ user: "operator", pass: "p" });
  for (const [title, subject, body] of deniedRequests) {
    // Some of them get no reply: the attempt then ends by its timeout.
    assertNotEquals(await attempt(operator, subject, body, 1_000), "permission-denied", title);
  }
  for (const [title, subject] of deniedSubscriptions) assert(await maySubscribe(operator, subject), title);
}, { config: `accounts: ${JSON.stringify(oneAccount)}` });
