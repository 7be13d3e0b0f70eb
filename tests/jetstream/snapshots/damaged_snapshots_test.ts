import { MAX_SNAPSHOT_BYTES } from "@flowmade-one/aether/limits";
import { jetstream } from "@flowmade-one/aether/jetstream";
import { assertEquals } from "@std/assert";
import type { NatsConnection } from "@nats-io/transport-node";
import { encodeHeaders } from "../../../adapters/jetstream/nats/encode_headers.ts";
import { digestOf, gzip } from "../../../adapters/jetstream/snapshots/gzip.ts";
import { ask } from "../_support/ask_server.ts";
import { at, noise, overwrite, subjectsOf } from "../_support/snapshot_messages.ts";
import { testOnServer } from "../_support/test_server.ts";
import { recordSubjects } from "../_support/use_everything.ts";

/** A body that the core would accept as a snapshot. */
const forged = JSON.stringify({ schema: 1, eventId: "e2", state: "forged" });

/** The SHA-256 digest of `{}`. */
const EMPTY_DIGEST = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";

/** The headers of a manifest; without options they match the body. */
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

/** A compressed snapshot of this number of uncompressed bytes. */
async function compressed(size: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(size).fill(0x20);
  bytes.set(new TextEncoder().encode(forged));
  return (await gzip(bytes)).bytes;
}

const damages: [title: string, damage: (connection: NatsConnection, subjects: string[]) => Promise<void>][] = [
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
  ["the size in the manifest is not the size of the body", async (connection) => {
    await overwrite(
      connection,
      "a.2.manifest.0",
      "{}",
      `NATS/1.0\r\nAether-Version: 2\r\nAether-Size: 3\r\nAether-Chunks: 0\r\nAether-Digest: ${EMPTY_DIGEST}\r\n` +
        "Content-Type: application/json\r\n\r\n",
    );
  }],
  ["the manifest says gzip, and the body is not compressed", async (connection) => {
    await overwrite(
      connection,
      "a.2.manifest.0",
      "{}",
      `NATS/1.0\r\nAether-Version: 2\r\nAether-Size: 2\r\nAether-Chunks: 0\r\nAether-Digest: ${EMPTY_DIGEST}\r\n` +
        "Content-Type: application/json\r\nContent-Encoding: gzip\r\n\r\n",
    );
  }],
  ["the version of the manifest is not the version of its subject", async (connection) => {
    await overwrite(connection, "a.2.manifest.0", forged, await manifestOf(forged, 3));
  }],
  ...["", "a..b", "a b", ">"].map((digest): typeof damages[number] => [
    `the digest of the chunks in the manifest is ${JSON.stringify(digest)}, which is no token of a subject`,
    async (connection) => {
      await overwrite(connection, "a.2.manifest.0", "", await manifestOf("", 2, { digest, chunks: 1, size: 9 }));
    },
  ]),
  ["the decompressed body has one byte more than a snapshot may have", async (connection) => {
    const size = MAX_SNAPSHOT_BYTES + 1;
    const bytes = await compressed(size);
    await overwrite(connection, "a.2.manifest.0", bytes, await manifestOf(bytes, 2, { size, encoding: "gzip" }));
  }],
  ["the body was replaced by another body of the same length", async (connection) => {
    await overwrite(connection, "a.2.manifest.0", forged, await manifestOf(forged.replace("forged", "true!!"), 2));
  }],
];

await testOnServer(
  "snapshots.latest() skips a damaged snapshot, and returns the next older one",
  async ({ connect }, t) => {
    const connection = await connect();
    await using backend = await jetstream({ connection });
    const { snapshots } = backend.store("t");
    for (const [title, damage] of damages) {
      await t.step(title, async () => {
        await snapshots.put("a", at(1, "older"), { keep: 9 });
        await snapshots.put("a", at(2, noise(2_000_000)), { keep: 9 });
        assertEquals((await snapshots.latest("a"))?.version, 2);
        await damage(connection, await subjectsOf(connection));
        assertEquals((await snapshots.latest("a"))?.state, "older");
        assertEquals(await snapshots.latest("a", { atMost: 1 }), at(1, "older"));
        // A new put() replaces the damaged snapshot.
        await snapshots.put("a", at(2, "again"), { keep: 9 });
        assertEquals((await snapshots.latest("a"))?.state, "again");
      });
    }
  },
);

await testOnServer("snapshots.latest() decompresses up to MAX_SNAPSHOT_BYTES", async ({ connect }) => {
  const connection = await connect();
  await using backend = await jetstream({ connection });
  const { snapshots } = backend.store("t");
  await snapshots.put("a", at(1, "older"), { keep: 9 });
  const bytes = await compressed(MAX_SNAPSHOT_BYTES);
  const headers = await manifestOf(bytes, 2, { size: MAX_SNAPSHOT_BYTES, encoding: "gzip" });
  await overwrite(connection, "a.2.manifest.0", bytes, headers);
  assertEquals((await snapshots.latest("a"))?.state, "forged");
});

await testOnServer("snapshots.latest() reads no chunk beyond the size in the manifest", async ({ connect }) => {
  const connection = await connect();
  const recording = recordSubjects(await connect());
  await using backend = await jetstream({ connection: recording });
  const { snapshots } = backend.store("t");
  await snapshots.put("a", at(1, "older"), { keep: 9 });
  const digest = "0".repeat(64);
  for (let i = 0; i < 6; i++) await overwrite(connection, `a.2.${digest}.${i}`, "x".repeat(100));
  await overwrite(connection, "a.2.manifest.0", "", await manifestOf("", 2, { digest, chunks: 6, size: 250 }));
  assertEquals((await snapshots.latest("a"))?.state, "older");
  const read = [...recording.published].filter((subject) => subject.includes(digest)).map((subject) =>
    subject.split(".").at(-1)
  );
  assertEquals(read, ["0", "1", "2"]);
});
