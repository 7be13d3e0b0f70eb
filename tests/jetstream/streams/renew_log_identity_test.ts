/** The effects, the arguments and the permissions of `renewLogIdentity()` and `adoptLogIdentity()`. */
import { parsePosition, type Position } from "@flowmade-one/aether";
import { logIdentityOf } from "@flowmade-one/aether/adapter";
import {
  adoptLogIdentity,
  jetstream,
  natsPermissions,
  provision,
  renewLogIdentity,
} from "@flowmade-one/aether/jetstream";
import { assertEquals, assertNotEquals, assertStringIncludes } from "@std/assert";
import { ask } from "../_support/ask_server.ts";
import { codeOf } from "../_support/failure_of.ts";
import { actorsAfter, appendTo, assertRefused } from "../_support/log_positions.ts";
import { testOnServer } from "../_support/test_server.ts";

await testOnServer("renewLogIdentity() leaves the rest of the stream unchanged", async ({ connect }) => {
  const connection = await connect();
  const info = () => ask<{ config: Record<string, unknown> }>(connection, "STREAM.INFO.t_events");
  await using backend = await jetstream({ connection, retention: { maxCommits: 5_000 } });
  const position = await appendTo(backend.store("t"), "a");
  const { config: { description: before, ...rest } } = await info();
  await renewLogIdentity(["t"], { connection });
  const { config: { description: renewed, ...renewedRest } } = await info();
  assertEquals(renewedRest, rest);
  assertStringIncludes(String(renewed), `${before} identity=${logIdentityOf(position)}:`);
  await using again = await jetstream({ connection, retention: { maxCommits: 5_000 } });
  assertNotEquals(logIdentityOf((await again.store("t").end())!), logIdentityOf(position));
  await adoptLogIdentity("t", position, { connection });
  assertEquals((await info()).config["description"], before);
  assertEquals(await again.store("t").end(), position);
});

const refused: [
  title: string,
  attempt: (options: Parameters<typeof renewLogIdentity>[1]) => Promise<void>,
  code: string,
][] = [
  ["a namespace without a log", (options) => renewLogIdentity(["t", "unused"], options), "invalid-argument"],
  ["an invalid namespace", (options) => renewLogIdentity(["t", "a..b"], options), "invalid-namespace"],
  [
    "an option of jetstream()",
    (options) => renewLogIdentity(["t"], { ...options, ...{ replicas: 3 } }),
    "invalid-argument",
  ],
  ["a foreign stream", (options) => renewLogIdentity(["foreign"], options), "unsupported-storage"],
  ["a namespace without a log", (options) => adoptLogIdentity("unused", position(1), options), "invalid-argument"],
  ["a position beyond the end", (options) => adoptLogIdentity("t", position(3), options), "invalid-argument"],
  [
    "a position that names no log",
    (options) => adoptLogIdentity("t", parsePosition("000000000000-1000000000002047"), options),
    "invalid-argument",
  ],
  ["a string", (options) => adoptLogIdentity("t", "1" as Position, options), "invalid-argument"],
];

function position(offset: number): Position {
  return parsePosition(`3f9c0a1b2c4d-${1e15 + offset * 1_024 + 1_023}`);
}

await testOnServer("renewLogIdentity() and adoptLogIdentity() refuse wrong arguments", async ({ connect }, t) => {
  const connection = await connect();
  await using backend = await jetstream({ connection });
  await appendTo(backend.store("t"), "ab");
  await ask(connection, "STREAM.CREATE.foreign_events", { name: "foreign_events", subjects: ["foreign"] });
  for (const [title, attempt, code] of refused) {
    await t.step(title, async () => assertEquals(await codeOf(attempt({ connection })), code));
  }
  await adoptLogIdentity("t", position(2), { connection });
  assertEquals(await actorsAfter(backend.store("t"), position(1)), "b");
});

const user = (name: string, role: "operator" | "tenant") => ({
  user: name,
  password: "p",
  permissions: natsPermissions(role === "tenant" ? { role, namespace: "t" } : { role }, {
    inboxPrefix: `_INBOX_${name}`,
  }),
});
const config = `accounts: ${
  JSON.stringify({ A: { jetstream: "enabled", users: [user("o", "operator"), user("t", "tenant")] } })
}`;

await testOnServer("renewLogIdentity() is permitted to an operator, and not to a tenant", async ({ connect }) => {
  const as = (name: string) => connect({ user: name, pass: "p", inboxPrefix: `_INBOX_${name}` });
  const [operator, tenant] = [await as("o"), await as("t")];
  await provision(["t"], { connection: operator });
  await using backend = await jetstream({ connection: tenant });
  const before = await appendTo(backend.store("t"), "a");
  assertEquals(await codeOf(renewLogIdentity(["t"], { connection: tenant })), "unsupported-storage");
  assertEquals(await codeOf(adoptLogIdentity("t", before, { connection: tenant })), "unsupported-storage");
  assertEquals(await actorsAfter(backend.store("t"), before), "");
  await renewLogIdentity(["t"], { connection: operator });
  await assertRefused(backend.store("t"), before);
}, { config });
