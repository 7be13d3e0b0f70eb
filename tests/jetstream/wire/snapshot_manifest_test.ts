import { MAX_SNAPSHOT_BYTES } from "@flowmade-one/aether/limits";
import { assertEquals } from "@std/assert";
import { HeaderBlock } from "../../../adapters/jetstream/nats/message_headers.ts";
import { encodeHeaders } from "../../../adapters/jetstream/nats/encode_headers.ts";
import { decodeManifest } from "../../../adapters/jetstream/wire/snapshot_manifest.ts";

const digest = "0123456789abcdef".repeat(4);
const valid = {
  "Aether-Version": "2",
  "Aether-Digest": digest,
  "Aether-Size": "50",
  "Aether-Chunks": "0",
  "Content-Type": "application/json",
};
const manifest = { version: 2, digest, isGzip: false, size: 50, chunks: 0, sequence: undefined };

function decode(headers: Readonly<Record<string, string>>) {
  const block = encodeHeaders(Object.entries({ ...valid, ...headers }));
  return decodeManifest({
    sequence: 1,
    subject: "s",
    headers: new HeaderBlock(block.encode()),
    data: new Uint8Array(),
  });
}

const accepted: [headers: Record<string, string>, changes: object][] = [
  [{}, {}],
  [{ "Aether-Size": "0" }, { size: 0 }],
  [{ "Aether-Size": `${MAX_SNAPSHOT_BYTES}` }, { size: MAX_SNAPSHOT_BYTES }],
  [{ "Aether-Chunks": "64" }, { chunks: 64 }],
  [{ "Aether-Sequence": "7" }, { sequence: 7 }],
  [{ "Aether-Sequence": "seven" }, {}],
  [{ "Content-Encoding": "gzip" }, { isGzip: true }],
  [{ "Aether-Later": "1" }, {}],
  [{ "Aether-Critical": "" }, {}],
];

Deno.test("decodeManifest() reads well-formed headers, and ignores an Aether-Sequence that is no sequence", () => {
  for (const [headers, changes] of accepted) assertEquals(decode(headers), { ...manifest, ...changes });
});

const refused: [name: keyof typeof valid | "Content-Encoding" | "Aether-Critical", value: string][] = [
  ["Aether-Critical", "Aether-Later"],
  ["Aether-Version", ""],
  ["Aether-Version", "-1"],
  ["Aether-Version", "1.5"],
  ["Aether-Version", "1e3"],
  ["Aether-Version", "0x10"],
  ["Aether-Version", "9007199254740992"],
  ["Aether-Digest", ""],
  ["Aether-Digest", "a..b"],
  ["Aether-Digest", "a b"],
  ["Aether-Digest", ">"],
  ["Aether-Digest", digest.slice(1)],
  ["Aether-Digest", `${digest}0`],
  ["Aether-Digest", digest.toUpperCase()],
  ["Aether-Digest", digest.replace("0", "g")],
  ["Aether-Size", ""],
  ["Aether-Size", "-1"],
  ["Aether-Size", `${MAX_SNAPSHOT_BYTES + 1}`],
  ["Aether-Size", "800000000"],
  ["Aether-Chunks", ""],
  ["Aether-Chunks", "1.5"],
  ["Content-Type", "application/cbor"],
  ["Content-Encoding", "zstd"],
];

Deno.test("decodeManifest() returns undefined for headers that are damaged or of a newer format", () => {
  for (const [name, value] of refused) assertEquals(decode({ [name]: value }), undefined, `${name}: ${value}`);
  assertEquals(decodeManifest({ sequence: 1, subject: "s", headers: undefined, data: new Uint8Array() }), undefined);
});
