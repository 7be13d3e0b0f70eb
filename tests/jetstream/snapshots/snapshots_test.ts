import { isAetherError } from "@flowmade-one/aether";
import { MAX_SNAPSHOT_BYTES } from "@flowmade-one/aether/limits";
import type { SnapshotStore } from "@flowmade-one/aether/snapshots";
import { jetstream } from "@flowmade-one/aether/jetstream";
import { assert, assertEquals } from "@std/assert";
import type { NatsConnection } from "@nats-io/transport-node";
import { NATS_SERVER_VERSIONS } from "../../../tools/nats_server.ts";
import { encodeHeaders } from "../../../adapters/jetstream/nats/encode_headers.ts";
import { digestOf, gzip } from "../../../adapters/jetstream/snapshots/gzip.ts";
import { ask, storedMessage } from "../_support/ask_server.ts";
import { failureOf } from "../_support/failure_of.ts";
import { testOnServer } from "../_support/test_server.ts";
import { recorded } from "../_support/use_everything.ts";

const at = (version: number, state: unknown) => ({ version, schema: 1, eventId: `e${version}`, state });

/** Text of so many characters that no compression shortens much. */
function noise(length: number): string {
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i += 65_536) crypto.getRandomValues(bytes.subarray(i, i + 65_536));
  return Array.from(bytes, (byte) => String.fromCharCode(32 + (byte % 94))).join("");
}

async function subjectsOf(connection: NatsConnection): Promise<string[]> {
  const { state } = await ask<{ state: { subjects?: Record<string, number> } }>(connection, "STREAM.INFO.t_snapshots", {
    subjects_filter: ">",
  });
  return Object.keys(state.subjects ?? {}).map((subject) => subject.replace("aether.snapshots.t.", "")).sort();
}

/** Replaces a stored message, as a fault would: the headers stay, or are what is given. */
async function overwrite(
  connection: NatsConnection,
  subject: string,
  body: string | Uint8Array,
  headers?: string,
): Promise<void> {
  const bytes = headers === undefined ? undefined : new TextEncoder().encode(headers);
  const options: object = { timeout: 60_000, ...(bytes && { headers: { encode: () => bytes } }) };
  await connection.request(`aether.snapshots.t.${subject}`, body, options as { timeout: number });
}

for (const version of NATS_SERVER_VERSIONS) {
  await testOnServer(
    "a snapshot larger than a message is stored in chunks, and goes whole when it is too old",
    async ({ connect }) => {
      const connection = await connect();
      await using backend = await jetstream({ connection });
      const { snapshots } = backend.store("t");
      const large = noise(4_000_000);
      await snapshots.put("a.b", at(1, large), { keep: 2 });
      assertEquals((await snapshots.latest("a.b"))?.state, large);
      const subjects = await subjectsOf(connection);
      assertEquals(subjects.length, 5, "a manifest and four chunks");
      assert(subjects.every((subject) => subject.startsWith("a.b.1.")));
      await snapshots.put("a.b", at(2, "small"), { keep: 2 });
      assertEquals((await subjectsOf(connection)).length, 6);
      await snapshots.put("a.b", at(3, "small"), { keep: 2 });
      assertEquals(await subjectsOf(connection), ["a.b.2.manifest.0", "a.b.3.manifest.0"]);
    },
    { version },
  );

  await testOnServer(
    "the greatest version up to atMost is found, and as many as keep says stay",
    async ({ connect }) => {
      const connection = await connect();
      await using backend = await jetstream({ connection });
      const { snapshots } = backend.store("t");
      for (const version of [10, 2, 100, 9, 30]) await snapshots.put("a", at(version, version), { keep: 4 });
      const cases: [atMost: number | undefined, found: number | undefined][] = [
        [undefined, 100],
        [99, 30],
        [30, 30],
        [29, 10],
        [9, 9],
        [8, undefined],
      ];
      for (const [atMost, found] of cases) assertEquals((await snapshots.latest("a", { atMost }))?.version, found);
      await snapshots.put("a", at(3, 3), { keep: 1 });
      assertEquals((await snapshots.latest("a"))?.version, 100, "the older one that came last is dropped");
      assertEquals(await subjectsOf(connection), ["a.100.manifest.0"]);
    },
    { version },
  );
}

for (const version of NATS_SERVER_VERSIONS) {
  await testOnServer("of many snapshots, and of large ones, the right one is found", async ({ connect }) => {
    await using backend = await jetstream({ connection: await connect() });
    const { snapshots } = backend.store("t");
    const large = noise(100_000);
    const kept: Record<string, Record<number, unknown>> = {
      many: Object.fromEntries(Array.from({ length: 20 }, (_, i) => [20 - i, `the state of ${20 - i}`])),
      large: { 1: "small", 3: `${large}3`, 2: `${large}2`, 5: `${large}5`, 4: "small" },
    };
    for (const [actorId, states] of Object.entries(kept)) {
      for (const version of Object.keys(states).map(Number).reverse()) {
        await snapshots.put(actorId, at(version, states[version]), { keep: 20 });
      }
      for (const version of Object.keys(states).map(Number)) {
        assertEquals((await snapshots.latest(actorId, { atMost: version }))?.version, version);
        assertEquals((await snapshots.latest(actorId, { atMost: version }))?.state, states[version]);
      }
      assertEquals((await snapshots.latest(actorId))?.version, Math.max(...Object.keys(states).map(Number)));
    }
    assertEquals(await snapshots.latest("none"), undefined);
  }, { version });
}

await testOnServer(
  "a server that is older than the one it is asked by has its snapshots listed",
  async ({ connect }) => {
    const connection = await connect();
    const said = Object.create(connection, { info: { value: { ...connection.info, version: "2.15.1" } } });
    await using backend = await jetstream({ connection: said });
    const { snapshots } = backend.store("t");
    for (const version of [3, 4, 2]) await snapshots.put("a", at(version, version), { keep: 3 });
    assertEquals((await snapshots.latest("a"))?.state, 4);
    assertEquals((await snapshots.latest("a", { atMost: 3 }))?.state, 3);
  },
  { version: "2.10.27" },
);

await testOnServer("what can be compressed is, and takes one message", async ({ connect }) => {
  const connection = await connect();
  await using backend = await jetstream({ connection });
  const { snapshots } = backend.store("t");
  const state = "abc ".repeat(1_000_000);
  await snapshots.put("a", at(1, state));
  const { headers, body } = await storedMessage(connection, "t_snapshots", 1);
  assert(headers.includes("Content-Encoding: gzip") && body.length < 100_000);
  assertEquals((await snapshots.latest("a"))?.state, state);
});

/** A snapshot that the core would take. */
const forged = JSON.stringify({ schema: 1, eventId: "e2", state: "forged" });

/** The headers of a manifest, by default of one that is as it should be. */
async function manifestOf(
  body: string | Uint8Array<ArrayBuffer>,
  version: number,
  { size, digest, chunks = 0, encoding }: { size?: number; digest?: string; chunks?: number; encoding?: string } = {},
): Promise<string> {
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  const headers = encodeHeaders([
    ["Aether-Version", version],
    ["Aether-Digest", digest ?? await digestOf(bytes)],
    ["Aether-Size", size ?? bytes.length],
    ["Aether-Chunks", chunks],
    ["Content-Type", "application/json"],
    ...(encoding === undefined ? [] : [["Content-Encoding", encoding] as const]),
  ]);
  return new TextDecoder().decode(headers.encode());
}

/** A compressed snapshot that unpacks to so many bytes. */
async function compressed(size: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(size).fill(0x20);
  bytes.set(new TextEncoder().encode(forged));
  return (await gzip(bytes)).bytes;
}

const damages: [what: string, damage: (connection: NatsConnection, subjects: string[]) => Promise<void>][] = [
  ["a chunk is missing", async (connection, subjects) => {
    const filter = `aether.snapshots.t.${subjects.find((subject) => subject.endsWith(".1"))}`;
    await ask(connection, "STREAM.PURGE.t_snapshots", { filter });
  }],
  ["a chunk was changed", async (connection, subjects) => {
    await overwrite(connection, subjects.find((subject) => subject.endsWith(".1"))!, "x");
  }],
  ["the manifest is missing", async (connection) => {
    await ask(connection, "STREAM.PURGE.t_snapshots", { filter: "aether.snapshots.t.a.2.manifest.0" });
  }],
  ["the manifest has no headers", (connection) => overwrite(connection, "a.2.manifest.0", "{}")],
  ["the manifest is of a newer format", (connection) =>
    overwrite(
      connection,
      "a.2.manifest.0",
      "{}",
      "NATS/1.0\r\nAether-Version: 2\r\nAether-Size: 2\r\nAether-Chunks: 0\r\nAether-Digest: x\r\n" +
        "Content-Type: application/cbor\r\n\r\n",
    )],
  ["the manifest's size is another", async (connection) => {
    const digest = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"; // Of "{}".
    await overwrite(
      connection,
      "a.2.manifest.0",
      "{}",
      `NATS/1.0\r\nAether-Version: 2\r\nAether-Size: 3\r\nAether-Chunks: 0\r\nAether-Digest: ${digest}\r\n` +
        "Content-Type: application/json\r\n\r\n",
    );
  }],
  ["the manifest says gzip, and it is none", async (connection) => {
    const digest = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
    await overwrite(
      connection,
      "a.2.manifest.0",
      "{}",
      `NATS/1.0\r\nAether-Version: 2\r\nAether-Size: 2\r\nAether-Chunks: 0\r\nAether-Digest: ${digest}\r\n` +
        "Content-Type: application/json\r\nContent-Encoding: gzip\r\n\r\n",
    );
  }],
  ["it is of another version than its subject", async (connection) => {
    await overwrite(connection, "a.2.manifest.0", forged, await manifestOf(forged, 3));
  }],
  ...["", "a..b", "a b", ">"].map((digest): typeof damages[number] => [
    `the digest of its chunks is ${JSON.stringify(digest)}`,
    async (connection) => {
      await overwrite(connection, "a.2.manifest.0", "", await manifestOf("", 2, { digest, chunks: 1, size: 9 }));
    },
  ]),
  ["it unpacks to one byte more than a snapshot may have", async (connection) => {
    const size = MAX_SNAPSHOT_BYTES + 1;
    const bytes = await compressed(size);
    await overwrite(connection, "a.2.manifest.0", bytes, await manifestOf(bytes, 2, { size, encoding: "gzip" }));
  }],
  ["its body is another, as long as its own", async (connection) => {
    await overwrite(connection, "a.2.manifest.0", forged, await manifestOf(forged.replace("forged", "true!!"), 2));
  }],
];

await testOnServer("a damaged snapshot counts as absent, and the next older one is found", async ({ connect }, t) => {
  const connection = await connect();
  await using backend = await jetstream({ connection });
  const { snapshots } = backend.store("t");
  for (const [what, damage] of damages) {
    await t.step(what, async () => {
      await snapshots.put("a", at(1, "older"), { keep: 9 });
      await snapshots.put("a", at(2, noise(2_000_000)), { keep: 9 });
      assertEquals((await snapshots.latest("a"))?.version, 2);
      await damage(connection, await subjectsOf(connection));
      assertEquals((await snapshots.latest("a"))?.state, "older");
      assertEquals(await snapshots.latest("a", { atMost: 1 }), at(1, "older"));
      // Put again it is whole.
      await snapshots.put("a", at(2, "again"), { keep: 9 });
      assertEquals((await snapshots.latest("a"))?.state, "again");
    });
  }
});

await testOnServer("snapshots.latest() unpacks as many bytes as a snapshot may have", async ({ connect }) => {
  const connection = await connect();
  await using backend = await jetstream({ connection });
  const { snapshots } = backend.store("t");
  await snapshots.put("a", at(1, "older"), { keep: 9 });
  const bytes = await compressed(MAX_SNAPSHOT_BYTES);
  const headers = await manifestOf(bytes, 2, { size: MAX_SNAPSHOT_BYTES, encoding: "gzip" });
  await overwrite(connection, "a.2.manifest.0", bytes, headers);
  assertEquals((await snapshots.latest("a"))?.state, "forged");
});

await testOnServer("snapshots.latest() reads no chunk beyond the size that the manifest tells", async ({ connect }) => {
  const connection = await connect();
  const watched = recorded(await connect());
  await using backend = await jetstream({ connection: watched });
  const { snapshots } = backend.store("t");
  await snapshots.put("a", at(1, "older"), { keep: 9 });
  const digest = "0".repeat(64);
  for (let i = 0; i < 6; i++) await overwrite(connection, `a.2.${digest}.${i}`, "x".repeat(100));
  await overwrite(connection, "a.2.manifest.0", "", await manifestOf("", 2, { digest, chunks: 6, size: 250 }));
  assertEquals((await snapshots.latest("a"))?.state, "older");
  const read = [...watched.sent].filter((subject) => subject.includes(digest)).map((subject) =>
    subject.split(".").at(-1)
  );
  assertEquals(read, ["0", "1", "2"]);
});

await testOnServer("a snapshot of the same version replaces the one before, also a larger one", async ({ connect }) => {
  const connection = await connect();
  await using backend = await jetstream({ connection });
  const { snapshots } = backend.store("t");
  for (const state of [noise(2_500_000), "small", noise(1_500_000), noise(1_500_000)]) {
    await snapshots.put("a", at(7, state));
    assertEquals((await snapshots.latest("a"))?.state, state);
  }
  await snapshots.put("a", at(8, "next"));
  assertEquals(await subjectsOf(connection), ["a.8.manifest.0"], "no chunk of any of them is left");
});

await testOnServer("actors whose ids and versions run together keep their snapshots apart", async ({ connect }) => {
  await using backend = await jetstream({ connection: await connect() });
  const { snapshots }: { snapshots: SnapshotStore } = backend.store("t");
  const actors = ["a", "a.1", "a.1.manifest", "a.1.manifest.0", "a.2.1.manifest.0", "a/1"];
  for (const actorId of actors) {
    for (const version of [1, 2]) await snapshots.put(actorId, at(version, actorId), { keep: 5 });
  }
  await snapshots.put("a", at(3, "a"), { keep: 1 });
  for (const actorId of actors) {
    assertEquals((await snapshots.latest(actorId))?.state, actorId);
    assertEquals((await snapshots.latest(actorId))?.version, actorId === "a" ? 3 : 2);
    assertEquals((await snapshots.latest(actorId, { atMost: 1 }))?.version, actorId === "a" ? undefined : 1);
  }
});

await testOnServer("the hint of a snapshot that leads astray changes nothing", async ({ connect }) => {
  const connection = await connect();
  await using writer = await jetstream({ connection: await connect() });
  const store = writer.store("t");
  for (let i = 0; i < 20; i++) await store.append("a", [{ type: "T", data: i }], { expectedVersion: i });
  const body = JSON.stringify({ schema: 1, eventId: "e", state: 0 });
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(body)));
  for (const hint of [1, 4, 6, 20, 21, 9_999]) {
    const headers = encodeHeaders([
      ["Aether-Version", 5],
      ["Aether-Digest", Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("")],
      ["Aether-Size", body.length],
      ["Aether-Chunks", 0],
      ["Aether-Sequence", hint],
      ["Content-Type", "application/json"],
    ]);
    await using backend = await jetstream({ connection });
    await store.snapshots.put("a", at(5, 0));
    await overwrite(connection, "a.5.manifest.0", body, new TextDecoder().decode(headers.encode()));
    const reader = backend.store("t");
    assertEquals((await reader.snapshots.latest("a"))?.version, 5);
    const versions = (await reader.read("a", { from: 5 }).toArray()).map(({ version }) => version);
    assertEquals(versions, Array.from({ length: 16 }, (_, i) => i + 5), `hint ${hint}`);
  }
});

await testOnServer(
  "store.read() from a snapshot whose event has expired says so, though it is stored",
  async ({ connect }) => {
    const connection = await connect();
    await using backend = await jetstream({ connection, retention: { maxCommits: 3 } });
    const store = backend.store("t");
    for (let i = 0; i < 3; i++) await store.append("a", [{ type: "T", data: i }], { expectedVersion: i });
    await store.snapshots.put("a", at(2, 0));
    assertEquals((await store.snapshots.latest("a"))?.version, 2);
    const versions = async () => (await store.read("a", { from: 2 }).toArray()).map(({ version }) => version);
    assertEquals(await versions(), [2, 3]);
    for (let i = 3; i < 5; i++) await store.append("a", [{ type: "T", data: i }], { expectedVersion: i });
    const error = await failureOf(versions());
    assert(isAetherError(error, "events-expired"), String(error));
    assertEquals(error.firstAvailable, 3);
    assertEquals((await ask<{ state: { first_seq: number } }>(connection, "STREAM.INFO.t_events")).state.first_seq, 1);
  },
);
