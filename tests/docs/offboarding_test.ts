import { type Backend, isAetherError } from "@flowmade-one/aether";
import { consume } from "@flowmade-one/aether/consumers";
import { jetstream } from "@flowmade-one/aether/jetstream";
import { sqlite } from "@flowmade-one/aether/sqlite";
import { assert, assertEquals } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { inRoot } from "../../tools/root.ts";
import { ask } from "../jetstream/_support/ask_server.ts";
import { deleteStream } from "../jetstream/_support/delete_stream.ts";
import { testOnServer } from "../jetstream/_support/test_server.ts";

const guide = Deno.readTextFileSync(inRoot("docs/namespaces.md"));

/** The namespaces of the tenant that is removed. */
const REMOVED = ["acme", "acme.orders", "acme.orders.eu"];
/** Namespaces of other tenants. A wrong pattern would match these names too. */
const KEPT = ["acme-labs", "acme_labs.orders", "ACME.orders", "emca.acme"];

const SECRET = "7c1d-confidential";
const RETENTION = { maxCommits: 3 };
/**
 * Numbers of commits after which the adapter has purged expired commits. SQLite purges 64 expired commits or more.
 * JetStream keeps the newest 1,024 commits.
 */
const COMMITS_UNTIL_PURGE = { sqlite: 100, jetstream: 1_600 };
const ANY = { expectedVersion: "any" } as const;
const noted = (note: string) => [{ type: "Noted", data: { note } }];

/** Writes events, an expired actor, a snapshot and the records of a consumer. Returns the last position. */
async function fill(backend: Backend, namespace: string, commits: number): Promise<string> {
  const store = backend.store<string>(namespace);
  await store.append("expired.1", noted(`[${namespace}] ${SECRET}`), { expectedVersion: 0 });
  for (let i = 0; i < commits; i += 50) {
    await Promise.all(Array.from({ length: 50 }, (_, k) => store.append(`filler.${i + k}`, noted(""), ANY)));
  }
  for (let version = 0; version < 3; version++) {
    await store.append("order.1", noted(`[${namespace}] ${SECRET}`), { expectedVersion: version });
  }
  const [event] = await store.read("order.1").toArray();
  await store.snapshots.put("order.1", {
    version: 1,
    schema: 1,
    eventId: event!.id,
    state: { note: `[${namespace}] ${SECRET}` },
  });
  const handled = Promise.withResolvers<void>();
  const consumer = await consume(store, { name: "mailer", from: "now" }, () => handled.resolve());
  const { position } = await store.append("order.2", noted(SECRET), { expectedVersion: 0 });
  await handled.promise;
  await consumer.close();
  return position;
}

async function fillAll(backend: Backend, commits: number): Promise<Map<string, string>> {
  const positions = new Map<string, string>();
  for (const namespace of [...REMOVED, ...KEPT]) {
    // Only one removed and one kept namespace have purged commits, because their appends take most of the test's time.
    const isPurged = namespace === REMOVED[1] || namespace === KEPT[0];
    positions.set(namespace, await fill(backend, namespace, isPurged ? commits : 0));
  }
  return positions;
}

/** Checks that the removed namespaces are empty, and that the other namespaces have not changed. */
async function checkRemoval(backend: Backend, positions: ReadonlyMap<string, string>): Promise<void> {
  const grant = backend.grant(">", { reason: "check of the removal" });
  const listed = await Array.fromAsync(backend.namespaces(grant));
  assertEquals(listed.map(String).sort(), [...KEPT].sort());
  for (const namespace of KEPT) {
    const store = backend.store<string>(namespace);
    assertEquals([await store.latestVersion("expired.1"), await store.latestVersion("order.1")], [1, 3], namespace);
    assertEquals((await store.snapshots.latest("order.1"))?.version, 1, namespace);
    await store.append("order.3", noted("later"), { expectedVersion: 0 });
    const later = await store.readAll({ after: positions.get(namespace) as never }).toArray();
    assertEquals(later.map(({ actorId }) => actorId), ["order.3"], `the position of ${namespace}`);
  }
  for (const namespace of REMOVED) {
    const store = backend.store<string>(namespace);
    assertEquals([await store.latestVersion("expired.1"), await store.latestVersion("order.1")], [0, 0], namespace);
    assertEquals(await store.snapshots.latest("order.1"), undefined, namespace);
    assertEquals((await store.append("expired.1", noted("new"), { expectedVersion: 0 })).version, 1, namespace);
    const error = await store.readAll({ after: positions.get(namespace) as never }).toArray().catch((error) => error);
    assert(isAetherError(error, "unknown-position"), `${namespace}: ${error}`);
  }
}

/** Finds the only block of the guide in a language that contains a string. */
function findBlock(language: string, content: string): string {
  const blocks = [...guide.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, "gms"))].map(([, code]) => code!);
  const found = blocks.filter((code) => code.includes(content));
  assertEquals(found.length, 1, `the number of ${language} blocks with "${content}"`);
  return found[0]!;
}

async function contains(path: string, secret: string): Promise<boolean> {
  return new TextDecoder("latin1").decode(await Deno.readFile(path)).includes(secret);
}

Deno.test("the statements of docs/namespaces.md remove a tenant from a SQLite file", async () => {
  const folder = await Deno.makeTempDir({ prefix: "aether-offboarding-" });
  const path = `${folder}/events.db`;
  try {
    const before = await sqlite({ path, retention: RETENTION });
    const positions = await fillAll(before, COMMITS_UNTIL_PURGE.sqlite);
    await before.close();

    const database = new DatabaseSync(path);
    const rows = (table: string) => database.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.["n"];
    const tables = ["commits", "version_floors", "snapshots", "records"];
    const filled = tables.map(rows) as number[];
    assert(filled.every((n) => n > 0), `rows before: ${filled}`);
    database.exec(findBlock("sql", "CREATE TEMP TABLE gone"));
    const remaining = database.prepare("SELECT count(*) AS n FROM namespaces").get()?.["n"];
    assertEquals(remaining, KEPT.length);
    for (const table of tables) {
      const column = table === "records" ? "scope" : "namespace";
      const orphans = `SELECT count(*) AS n FROM ${table} WHERE ${column} NOT IN (SELECT id FROM namespaces)`;
      assertEquals(database.prepare(orphans).get()?.["n"], 0, table);
      assert(rows(table) as number > 0, `${table} is empty`);
    }
    database.close();

    for (const namespace of REMOVED) assert(!await contains(path, `[${namespace}] ${SECRET}`), namespace);
    assert(await contains(path, `[${KEPT[0]}] ${SECRET}`));
    await using after = await sqlite({ path, retention: RETENTION });
    await checkRemoval(after, positions);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

await testOnServer(
  "the commands of docs/namespaces.md remove a tenant from an account of NATS",
  async ({ server, connect }) => {
    const connection = await connect();
    const before = await jetstream({ connection, retention: RETENTION });
    const positions = await fillAll(before, COMMITS_UNTIL_PURGE.jetstream);
    await before.close();

    const names = async () => (await ask<{ streams: string[] | null }>(connection, "STREAM.NAMES")).streams ?? [];
    const pattern = new RegExp(/grep -E '([^']+)'/.exec(findBlock("sh", "grep -E"))![1]!);
    const streams = (await names()).filter((name) => pattern.test(name));
    const expected = ["acme", "acme=2Eorders", "acme=2Eorders=2Eeu"].flatMap((name) =>
      ["events", "records", "snapshots"].map((kind) => `${name}_${kind}`)
    );
    expected.push("acme=2Eorders_heads"); // Only this namespace has purged commits.
    assertEquals(streams.sort(), expected.sort());
    const heads = await ask<{ state: { messages: number } }>(connection, "STREAM.INFO.acme=2Eorders_heads");
    assert(heads.state.messages > 0, "no version floor was stored");
    for (const name of streams) await deleteStream(server, connection, name);

    await using after = await jetstream({ connection: await connect(), retention: RETENTION });
    await checkRemoval(after, positions);
  },
);
