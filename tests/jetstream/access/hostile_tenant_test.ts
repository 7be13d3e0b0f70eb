import type { Backend } from "@flowmade-one/aether";
import { jetstream, natsPermissions, provision } from "@flowmade-one/aether/jetstream";
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import type { NatsConnection } from "@nats-io/transport-node";
import { toRequestFailure } from "../../../adapters/jetstream/nats/request_failure.ts";
import { NATS_SERVER_VERSIONS } from "../../../tools/nats_server.ts";
import { ask, consumerNames } from "../_support/ask_server.ts";
import { testOnServer } from "../_support/test_server.ts";
import { listen, useEverything } from "../_support/use_everything.ts";

/** The tenant's own streams, and those of the other. */
const OWN = "prod=2Ea_events";
const LOG = "prod=2Eb_events";
const SNAPSHOTS = "prod=2Eb_snapshots";
const frame = '{"time":1,"events":[{"id":"e","type":"T","data":1}]}';

const consumer = (stream: string, config: object = {}) => ({
  stream_name: stream,
  config: { name: "c", ack_policy: "none", deliver_policy: "all", ...config },
  action: "create",
});

/**
 * The server refuses each for lack of a permission. `a` is the tenant's namespace, `b` the other. It refuses only what
 * the tenant sends itself: see reply_subject_test.ts.
 */
const sent: [what: string, subject: string, body?: object | string][] = [
  ["append to b", "aether.log.prod=2Eb.0.order", frame],
  ["append to b by an encoding that is nobody's", "aether.log.prod.b.0.order", frame],
  ["append to the namespace above", "aether.log.prod.0.order", frame],
  ["append to a namespace below", "aether.log.prod=2Ea=2Ec.0.order", frame],
  ["put a snapshot in b", "aether.snapshots.prod=2Eb.order.1.manifest.0", "{}"],
  ["park a head in b", "aether.heads.prod=2Eb.order"],
  ["publish on the bus of b", "aether.events.prod.b", frame],
  ["publish on the bus of the namespace above", "aether.events.prod", frame],
  ["announce a commit of b", "aether.commits.2.prod.b.0.order", frame],
  ["announce a commit of a, which only the server does", "aether.commits.2.prod.a.0.order", frame],
  ["publish with another prefix", "other.log.prod=2Ea.0.order", frame],
  ["ask what b's log holds", `$JS.API.STREAM.INFO.${LOG}`, { subjects_filter: ">" }],
  ["ask what b's snapshots hold", `$JS.API.STREAM.INFO.${SNAPSHOTS}`, { subjects_filter: ">" }],
  ["ask the leader for a commit of b", `$JS.API.STREAM.MSG.GET.${LOG}`, { seq: 1 }],
  ["get a commit of b directly", `$JS.API.DIRECT.GET.${LOG}`, { seq: 1 }],
  ["get many commits of b directly", `$JS.API.DIRECT.GET.${LOG}`, { seq: 1, batch: 100, next_by_subj: ">" }],
  ["get an actor's last commit of b directly", `$JS.API.DIRECT.GET.${LOG}.aether.log.prod=2Eb.13.order.1`],
  ["get a snapshot of b directly", `$JS.API.DIRECT.GET.${SNAPSHOTS}`, { last_by_subj: ">" }],
  ["make a consumer of b", `$JS.API.CONSUMER.CREATE.${LOG}`, consumer(LOG)],
  ["make a named consumer of b", `$JS.API.CONSUMER.CREATE.${LOG}.c`, consumer(LOG)],
  ["make a filtered consumer of b", `$JS.API.CONSUMER.CREATE.${LOG}.c.aether.log.>`, consumer(LOG)],
  ["make a durable consumer of b", `$JS.API.CONSUMER.DURABLE.CREATE.${LOG}.c`, consumer(LOG)],
  ["count the consumers of b", `$JS.API.CONSUMER.NAMES.${LOG}`],
  ["list the consumers of b", `$JS.API.CONSUMER.LIST.${LOG}`],
  ["look at a consumer of b", `$JS.API.CONSUMER.INFO.${LOG}.theirs`],
  ["pull from a consumer of b", `$JS.API.CONSUMER.MSG.NEXT.${LOG}.theirs`, { batch: 1 }],
  ["delete a consumer of b", `$JS.API.CONSUMER.DELETE.${LOG}.theirs`],
  ["pause a consumer of b", `$JS.API.CONSUMER.PAUSE.${LOG}.theirs`, { pause_until: "2100-01-01T00:00:00Z" }],
  ["acknowledge for b", `$JS.ACK.${LOG}.theirs.1.1.1.1.0`, "+ACK"],
  ["control the flow of b", `$JS.FC.${LOG}.theirs.x`],
  ["have an own stream take in b's log", "$JS.API.STREAM.CREATE.mine", { name: "mine", sources: [{ name: LOG }] }],
  ["mirror b's log", "$JS.API.STREAM.CREATE.mine", { name: "mine", mirror: { name: LOG } }],
  ["have a stream take b's subjects", "$JS.API.STREAM.CREATE.mine", { name: "mine", subjects: ["aether.>"] }],
  ["change the own log to take in b's", `$JS.API.STREAM.UPDATE.${OWN}`, { name: OWN, sources: [{ name: LOG }] }],
  ["change where the own log is announced", `$JS.API.STREAM.UPDATE.${OWN}`, {
    name: OWN,
    republish: { src: ">", dest: "aether.commits.2.prod.b.>" },
  }],
  ["delete b's log", `$JS.API.STREAM.DELETE.${LOG}`],
  ["delete b's snapshots", `$JS.API.STREAM.DELETE.${SNAPSHOTS}`],
  ["delete the own log", `$JS.API.STREAM.DELETE.${OWN}`],
  ["purge b's log", `$JS.API.STREAM.PURGE.${LOG}`],
  ["purge b's snapshots", `$JS.API.STREAM.PURGE.${SNAPSHOTS}`],
  ["purge the own log", `$JS.API.STREAM.PURGE.${OWN}`],
  ["delete a commit of b", `$JS.API.STREAM.MSG.DELETE.${LOG}`, { seq: 1 }],
  ["delete a commit of its own", `$JS.API.STREAM.MSG.DELETE.${OWN}`, { seq: 1 }],
  ["take a backup of b", `$JS.API.STREAM.SNAPSHOT.${LOG}`, { deliver_subject: "_INBOX_a.backup" }],
  ["restore a log of b", `$JS.API.STREAM.RESTORE.${LOG}`, { config: { name: LOG } }],
  ["list streams", "$JS.API.STREAM.LIST"],
  ["list the names of streams", "$JS.API.STREAM.NAMES", { subject: "aether.>" }],
  ["ask how much all tenants use", "$JS.API.INFO"],
  ["unseat the leader of b's log", `$JS.API.STREAM.LEADER.STEPDOWN.${LOG}`],
  ["remove a server from b's log", `$JS.API.STREAM.PEER.REMOVE.${LOG}`, { peer: "x" }],
  ["unseat the leader of the cluster", "$JS.API.META.LEADER.STEPDOWN"],
  ["purge the account", "$JS.API.ACCOUNT.PURGE.A"],
  ["ask the system about servers", "$SYS.REQ.SERVER.PING"],
  ["ask the system about connections", "$SYS.REQ.ACCOUNT.A.CONNZ"],
  ["answer in the name of the server", "_INBOX_b.x.y", '{"stream":"prod=2Eb_events","seq":99}'],
];

/** Each is refused likewise. */
const heard: [what: string, subject: string][] = [
  ["everything", ">"],
  ["every announcement", "aether.commits.>"],
  ["announcements of b", "aether.commits.2.prod.b.>"],
  ["announcements beside its own", "aether.commits.2.prod.*.>"],
  ["announcements below", "aether.commits.3.prod.a.*.>"],
  ["every published event", "aether.events.>"],
  ["published events of b", "aether.events.prod.b"],
  ["published events beside its own", "aether.events.prod.*"],
  ["published events below", "aether.events.prod.a.>"],
  ["appends of b", "aether.log.prod=2Eb.>"],
  ["every append", "aether.log.>"],
  ["snapshots of b", "aether.snapshots.prod=2Eb.>"],
  ["answers to all", "_INBOX.>"],
  ["answers to b", "_INBOX_b.>"],
  ["answers to any", "*.>"],
  ["questions to JetStream", "$JS.API.>"],
  ["advisories, which name streams and consumers", "$JS.EVENT.>"],
  ["acknowledgements", "$JS.ACK.>"],
  ["the system", "$SYS.>"],
];

/** JetStream itself refuses these, or answers with what is the tenant's own: permissions do not look into a body. */
const bodies: [what: string, subject: string, body: object, answer: RegExp][] = [
  ["name b's log in the body only", `$JS.API.CONSUMER.CREATE.${OWN}.c`, consumer(LOG), /"err_code":10/],
  [
    "name b's actors in the body only",
    `$JS.API.CONSUMER.CREATE.${OWN}.c`,
    consumer(OWN, { filter_subject: "aether.log.prod=2Eb.>" }),
    /"err_code":10|"num_pending":0/,
  ],
  [
    "name other actors in the body than in the subject",
    `$JS.API.CONSUMER.CREATE.${OWN}.c.aether.log.prod=2Ea.>`,
    consumer(OWN, { filter_subject: "aether.log.prod=2Eb.>" }),
    /"err_code":10/,
  ],
  ["get commits of b out of the own log", `$JS.API.DIRECT.GET.${OWN}`, { last_by_subj: "aether.log.prod=2Eb.>" }, /^$/],
];

const user = (name: string, namespace: string) => ({
  user: name,
  password: "p",
  permissions: natsPermissions({ role: "tenant", namespace }, { inboxPrefix: `_INBOX_${name}` }),
});
const all = { user: "operator", password: "p" };
const oneAccount = {
  A: { jetstream: "enabled", users: [all, user("a", "prod.a"), user("b", "prod.b")] },
};

const as = (name: string) => ({ user: name, pass: "p", inboxPrefix: `_INBOX_${name}`, reconnect: false });

/** The server's reply to a request, or the reason why there is none. */
async function attempt(
  connection: NatsConnection,
  subject: string,
  body: object | string = "",
  timeout: number = 60_000,
): Promise<string> {
  try {
    const payload = typeof body === "string" ? body : JSON.stringify(body);
    return (await connection.request(subject, payload, { timeout })).string();
  } catch (error) {
    return toRequestFailure(error).kind;
  }
}

/** Whether the server lets a connection subscribe. */
async function mayHear(connection: NatsConnection, subject: string): Promise<boolean> {
  let isRefused = false;
  const subscription = connection.subscribe(subject, { callback: (error) => void (isRefused ||= error !== null) });
  await connection.flush();
  subscription.unsubscribe();
  return !isRefused;
}

/** All that an actor's owner can see of the namespace. */
async function stateOf(backend: Backend, operator: NatsConnection): Promise<unknown> {
  const store = backend.store("prod.b");
  const info = await ask<{ config: object; state: { consumer_count: number } }>(operator, `STREAM.INFO.${LOG}`);
  const { consumer_count: _, ...state } = info.state;
  // Those of the adapter itself come and go.
  const consumers = (await consumerNames(operator, LOG)).filter((name) => !name.startsWith("aether-"));
  const snapshot = (await store.snapshots.latest("order.1"))?.state;
  return [await store.readAll().toArray(), snapshot, info.config, state, consumers];
}

for (const version of NATS_SERVER_VERSIONS) {
  await testOnServer(
    "natsPermissions() refuses a tenant what it requests of another namespace itself",
    async ({ connect }, t) => {
      const operator = await connect({ user: "operator", pass: "p" });
      await provision(["prod.a", "prod.b"], { connection: operator });
      const [connection, own] = [await connect(as("b")), await connect(as("a"))];
      await using b = await jetstream({ connection });
      await useEverything(b, b, "prod.b");
      await ask(operator, `CONSUMER.DURABLE.CREATE.${LOG}.theirs`, {
        stream_name: LOG,
        config: { durable_name: "theirs", ack_policy: "explicit" },
      });
      const before = await stateOf(b, operator);
      const bHears = await listen(b, "prod.b");
      await using a = await jetstream({ connection: own });
      await useEverything(a, a, "prod.a");
      for (const [what, subject, body] of sent) {
        await t.step(`it cannot ${what}`, async () => {
          assertEquals(await attempt(own, subject, body), "permission-denied");
        });
      }
      for (const [what, subject] of heard) {
        await t.step(`it cannot hear ${what}`, async () => {
          assertEquals(await mayHear(own, subject), false);
        });
      }
      for (const [what, subject, body, answer] of bodies) {
        await t.step(`it gains nothing if it would ${what}`, async () => {
          assert(answer.test(await attempt(own, subject, body)), await attempt(own, subject, body));
        });
      }
      await t.step("the victim's streams and subscriptions are unchanged", async () => {
        assertEquals(await stateOf(b, operator), before);
        b.bus.within("prod.b").publish("order.1", { type: "Viewed", data: {} });
        assertEquals((await bHears(1)).length, 1);
      });
    },
    { version, config: `accounts: ${JSON.stringify(oneAccount)}` },
  );
}

await testOnServer("hostile requests succeed for a user of the whole account", async ({ connect }) => {
  const operator = await connect({ user: "operator", pass: "p" });
  for (const [what, subject, body] of sent) {
    // Some requests have no reply.
    assertNotEquals(await attempt(operator, subject, body, 1_000), "permission-denied", what);
  }
  for (const [what, subject] of heard) assert(await mayHear(operator, subject), what);
}, { config: `accounts: ${JSON.stringify(oneAccount)}` });
