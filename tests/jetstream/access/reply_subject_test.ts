/** Requests whose reply subjects are in a namespace that the sender may not use: see {@link ROWS}. */
import {
  jetstream,
  natsAccounts,
  type NatsPermissions,
  natsPermissions,
  type NatsRights,
  provision,
} from "@flowmade-one/aether/jetstream";
import { assert, assertEquals, assertRejects, equal } from "@std/assert";
import { type NatsConnection, nkeys } from "@nats-io/transport-node";
import { toRequestFailure } from "../../../adapters/jetstream/nats/request_failure.ts";
import { poll } from "../../../tools/nats/poll.ts";
import { NATS_SERVER_VERSIONS } from "../../../tools/nats_server.ts";
import { answerAuthCallout } from "../_support/auth_callout.ts";
import { BUS_OF_B, type Row, ROWS, sendWithReply, stateOfB } from "../_support/reply_subjects.ts";
import { testOnServer } from "../_support/test_server.ts";

const rightsOf: Readonly<Record<string, NatsRights>> = {
  tenant: { role: "tenant", namespace: "prod.a" },
  reader: { role: "reader", namespace: "prod.a" },
  publisher: { role: "publisher", namespace: "prod.a" },
  observer: { role: "observer", pattern: "prod.>" },
};
const permissionsOf = (role: string): NatsPermissions =>
  natsPermissions(rightsOf[role]!, { inboxPrefix: `_INBOX_${role}` });
const login = (user: string) => ({ user, password: "p" });
const as = (name: string) => ({ user: name, pass: "p", inboxPrefix: `_INBOX_${name}`, reconnect: false });

/** Provisions prod.a and prod.b. Stores a commit in each, and a snapshot in prod.b. */
async function prepare(connection: NatsConnection): Promise<void> {
  await provision(["prod.a", "prod.b"], { connection });
  await using backend = await jetstream({ connection });
  const store = backend.store("prod.b");
  for (const each of [backend.store("prod.a"), store]) {
    await each.append("order", [{ type: "Made", data: 1 }], { expectedVersion: "any" });
  }
  await store.snapshots.put("order", { version: 1, schema: 1, eventId: "e", state: 1 });
}

/** Sends a row's request. Returns whether its reply takes effect on prod.b in the account of `owner`. */
async function takesEffect(row: Row, sender: NatsConnection, owner: NatsConnection): Promise<boolean> {
  const before = await stateOfB(owner);
  const receiver = row.received?.by === "sender" ? sender : owner;
  let received = row.received === undefined;
  if (row.received) receiver.subscribe(row.received.subject, { callback: () => void (received = true) });
  await receiver.flush();
  await sendWithReply(row, sender, before);
  const hasChanged = async () => row.changed === undefined || row.changed(before, await stateOfB(owner));
  return await poll(async () => received && await hasChanged()) === true;
}

/** Sends a row's request, to which the server sends no reply. Returns whether prod.b is unchanged. */
async function hasNoEffect(row: Row, sender: NatsConnection, owner: NatsConnection): Promise<boolean> {
  const before = await stateOfB(owner);
  await sendWithReply(row, sender, before);
  return equal(await stateOfB(owner), before);
}

/** Asserts that the sender may not publish at the row's reply subject itself. */
async function assertDenied(row: Row, sender: NatsConnection): Promise<void> {
  const error = await assertRejects(() => sender.request(row.reply, "x", { timeout: 60_000 }));
  assertEquals(toRequestFailure(error).kind, "permission-denied");
}

const roles = Object.keys(rightsOf).map((role) => ({ ...login(role), permissions: permissionsOf(role) }));
const oneAccount = { A: { jetstream: "enabled", users: [login("operator"), ...roles] } };

const twoAccounts = natsAccounts({
  tenants: ["a", "b"].map((name) => ({ name, namespaces: [`prod.${name}`], users: [login(name)] })),
  observers: [{ name: "AUDIT", pattern: ">", users: [login("audit")] }],
});

/** More settings of a user. With each of them, the server still does not check reply subjects. */
const settings: readonly [name: string, permissions: object][] = [
  ["publish-deny", { publish: { ...permissionsOf("reader").publish, deny: ["$JS.API.STREAM.PURGE.>"] } }],
  ["subscribe-deny", { subscribe: { ...permissionsOf("reader").subscribe, deny: ["$JS.API.STREAM.PURGE.>"] } }],
  ["responses", { allow_responses: true }],
  ["one-response", { allow_responses: { max: 1, expires: "1m" } }],
];
const usersWithSettings = settings.map(([name, more]) => ({
  ...login(name),
  permissions: { ...permissionsOf("reader"), ...more },
}));
const PURGE = ROWS.find(({ name }) => name === "a reader purges b's snapshots")!;

for (const version of NATS_SERVER_VERSIONS) {
  const change = `nats-server ${version} behaves differently: change \`executedBy\` and docs/security.md`;

  await testOnServer("natsPermissions() does not isolate: a server does not check reply subjects", async (scene, t) => {
    const operator = await scene.connect(as("operator"));
    await prepare(operator);
    for (const row of ROWS) {
      const isExecuted = row.executedBy.includes(version);
      await t.step(`${row.name}: ${isExecuted ? "executed" : "refused"}`, async () => {
        const sender = await scene.connect(as(row.role));
        await assertDenied(row, sender);
        assert(await (isExecuted ? takesEffect : hasNoEffect)(row, sender, operator), change);
      });
    }
  }, { version, config: `accounts: ${JSON.stringify(oneAccount)}` });

  await testOnServer("natsAccounts() isolates: replies stay in the account of the sender", async (scene, t) => {
    const [ofA, ofB] = [await scene.connect(as("a")), await scene.connect(as("b"))];
    await prepare(ofA);
    await prepare(ofB);
    let receivedByB = 0;
    ofB.subscribe(BUS_OF_B, { callback: () => void receivedByB++ });
    const before = await stateOfB(ofB);
    for (const row of ROWS) {
      await t.step(`not possible: ${row.name}`, async () => {
        // The sender's account has a namespace prod.b too. The row takes effect there.
        const isExecuted = row.executedBy.includes(version);
        assert(await (isExecuted ? takesEffect : hasNoEffect)(row, ofA, ofA), change);
        assertEquals([await stateOfB(ofB), receivedByB], [before, 0]);
      });
    }
  }, { version, config: `accounts: ${JSON.stringify(twoAccounts.accounts)}` });

  await testOnServer("no setting of a NATS user makes a server check reply subjects", async (scene, t) => {
    const operator = await scene.connect(as("operator"));
    for (const [name] of settings) {
      await t.step(name, async () => {
        await prepare(operator);
        const sender = await scene.connect(as(name));
        await assertDenied(PURGE, sender);
        assert(await takesEffect(PURGE, sender, operator), change);
      });
    }
  }, {
    version,
    config: `accounts: ${
      JSON.stringify({ A: { jetstream: "enabled", users: [login("operator"), ...usersWithSettings] } })
    }`,
  });
}

const issuer = nkeys.createAccount();

for (const version of NATS_SERVER_VERSIONS.filter((version) => version !== "2.9.10")) {
  await testOnServer("an auth callout does not make a server check reply subjects", async (scene) => {
    await answerAuthCallout(await scene.connect(as("auth")), issuer, (name) => ({
      account: "A",
      permissions: name === "reader" ? permissionsOf("reader") : undefined,
    }));
    const operator = await scene.connect(as("operator"));
    await prepare(operator);
    const reader = await scene.connect(as("reader"));
    await assertDenied(PURGE, reader);
    assert(await takesEffect(PURGE, reader, operator), `nats-server ${version} differs: change docs/security.md`);
  }, {
    version,
    config: `
      accounts: ${JSON.stringify({ A: { jetstream: "enabled" }, AUTH: { users: [login("auth")] } })}
      authorization { auth_callout { issuer: ${issuer.getPublicKey()}, account: AUTH, auth_users: [auth] } }
    `,
  });
}
