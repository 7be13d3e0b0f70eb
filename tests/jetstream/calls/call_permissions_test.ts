/** The requests between hosts: accounts isolate them, and permissions prevent mistakes within an account. */
import type { Namespace } from "@flowmade-one/aether";
import { natsAccounts, provision } from "@flowmade-one/aether/jetstream";
import type { ConnectionOptions, NatsConnection } from "@nats-io/transport-node";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { JetStreamCalls } from "../../../adapters/jetstream/calls/jetstream_calls.ts";
import { ServerApi } from "../../../adapters/jetstream/api/server_api.ts";
import { callSubject } from "../../../adapters/jetstream/wire/call_subjects.ts";
import { ask } from "../_support/ask_server.ts";
import { HOSTILE_COMMAND } from "../_support/hostile_requests.ts";
import { executeOnOther, openNode, untilAllHost } from "../_support/open_hosting_node.ts";
import { testOnServer } from "../_support/test_server.ts";

const NAMESPACE = "prod.a" as Namespace;
const addressOf = (session: string) => ({ namespace: NAMESPACE, service: "seats", session });

const hosting = (namespace: string) => [
  { role: "tenant", namespace } as const,
  { role: "node" } as const,
  { role: "host", namespace } as const,
];
const userOf = (
  user: string,
  rights?: Parameters<typeof natsAccounts>[0]["tenants"][number]["users"][number]["rights"],
) => rights === undefined ? { user, password: "p" } : { user, password: "p", rights, inboxPrefix: `_INBOX_${user}` };
const as = (user: string): ConnectionOptions => ({ user, pass: "p", inboxPrefix: `_INBOX_${user}` });

const { accounts } = natsAccounts({
  tenants: [
    {
      name: "A",
      users: [
        userOf("operator", { role: "operator" }),
        userOf("one", hosting("prod.a")),
        userOf("two", hosting("prod.a")),
        userOf("other", hosting("prod.b")),
        userOf("tenant", { role: "tenant", namespace: "prod.a" }),
      ],
    },
    // A tenant with all permissions in its own account.
    { name: "B", users: [userOf("hostile")] },
  ],
});
const config = `accounts: ${JSON.stringify(accounts)}`;

function callsOf(connection: NatsConnection, reported: Error[] = []): JetStreamCalls {
  return new JetStreamCalls(new ServerApi(connection, 5_000), "aether", (error) => reported.push(error));
}

await testOnServer(
  'hosts with the role "host" execute commands for each other, and for no other user',
  async (scene) => {
    await provision(["prod.a", "prod.b"], { connection: await scene.connect(as("operator")) });
    await using one = await openNode(await scene.connect(as("one")), NAMESPACE, "n1");
    await using two = await openNode(await scene.connect(as("two")), NAMESPACE, "n2");
    await untilAllHost([one, two]);
    const sessions = [one.cluster.session!, two.cluster.session!] as const;
    await executeOnOther(one);
    await executeOnOther(two);
    const before = await one.store.latestVersion("screening.1");

    // A hostile user of another account. The same subjects exist there, but no host is subscribed to them.
    const hostile = await scene.connect({ user: "hostile", pass: "p" });
    const received: string[] = [];
    hostile.subscribe("aether.calls.>", { callback: (_, { subject }) => void received.push(subject) });
    hostile.subscribe(">", { callback: (_, { subject }) => void received.push(subject) });
    await hostile.flush();
    await executeOnOther(one);
    const calls = callsOf(hostile);
    received.length = 0;
    // The request reaches only the subscriptions of the same user, which send no reply.
    await assertRejects(() => calls.call(addressOf(sessions[1]), HOSTILE_COMMAND, { timeout: 200 }));
    assert(
      received.every((subject) =>
        subject === callSubject("aether", addressOf(sessions[1])) || subject.startsWith("_INBOX")
      ),
      `${received}`,
    );
    const overOtherConnection = callsOf(await scene.connect({ user: "hostile", pass: "p" }));
    await assertRejects(() => overOtherConnection.call(addressOf("n9~9"), HOSTILE_COMMAND, { timeout: 200 }));

    // Users of the same account without the role "host", or with that role in another namespace.
    for (const name of ["tenant", "other"]) {
      const reported: Error[] = [];
      const refused = callsOf(await scene.connect(as(name)), reported);
      assertEquals(await refused.call(addressOf(sessions[0]), HOSTILE_COMMAND, { timeout: 60_000 }), undefined);
      assertEquals(reported.length, 1, name);
    }
    assertEquals(await one.store.latestVersion("screening.1"), before);
  },
  { config },
);

await testOnServer("a host sends no answer to a reply subject of the server's API or of the adapter", async (scene) => {
  const connection = await scene.connect();
  await using node = await openNode(connection, NAMESPACE, "n1");
  await node.host.execute("screening.1", { take: "Ann" });
  const session = node.cluster.session!;
  const hostile = await scene.connect();
  for (const reply of ["$JS.API.STREAM.DELETE.prod=2Ea_events", "aether.log.prod=2Ea.0.screening.1"]) {
    hostile.publish(callSubject("aether", addressOf(session)), HOSTILE_COMMAND, { reply });
  }
  await hostile.flush();
  // The host has handled the earlier requests when it answers this later one.
  assert(await callsOf(hostile).call(addressOf(session), HOSTILE_COMMAND, { timeout: 20_000 }) !== undefined);
  const { state } = await ask<{ state: { messages: number } }>(hostile, "STREAM.INFO.prod=2Ea_events");
  // The command before, and the three requests, which have one commit id.
  assertEquals(state.messages, 2);
});
