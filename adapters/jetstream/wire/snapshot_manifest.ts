/**
 * How a snapshot is stored: see docs/wire-format.md.
 *
 * @module
 */
import type { StoredMessage } from "../api/stored_message.ts";
import { type EncodedHeaders, encodeHeaders } from "../nats/encode_headers.ts";

const CONTENT_TYPE = "application/json";

/** What the headers of a snapshot's manifest tell. */
export interface SnapshotManifest {
  readonly version: number;
  /** Of the bytes as they are stored: SHA-256 in hexadecimal digits. */
  readonly digest: string;
  readonly isGzip: boolean;
  /** How many bytes the snapshot has when it is unpacked. */
  readonly size: number;
  /** How many messages hold the bytes; 0: the manifest itself does. */
  readonly chunks: number;
  /** The sequence of the frame that holds the version, where it was known: a hint. */
  readonly sequence: number | undefined;
}

/** Writes the headers of a manifest. */
export function encodeManifest({ version, digest, isGzip, size, chunks, sequence }: SnapshotManifest): EncodedHeaders {
  return encodeHeaders([
    ["Aether-Version", version],
    ["Aether-Digest", digest],
    ["Aether-Size", size],
    ["Aether-Chunks", chunks],
    ...(sequence === undefined ? [] : [["Aether-Sequence", sequence] as const]),
    ["Content-Type", CONTENT_TYPE],
    ...(isGzip ? [["Content-Encoding", "gzip"] as const] : []),
  ]);
}

/** Reads the headers of a manifest; `undefined` if they are damaged, or of a newer format. */
export function decodeManifest({ headers }: StoredMessage): SnapshotManifest | undefined {
  if (headers === undefined) return undefined;
  const number = (name: string) => headers.get(name) === "" ? NaN : Number(headers.get(name));
  const [version, size, chunks] = [number("Aether-Version"), number("Aether-Size"), number("Aether-Chunks")];
  const encoding = headers.get("Content-Encoding");
  if (![version, size, chunks].every((value) => Number.isSafeInteger(value) && value >= 0)) return undefined;
  if (headers.get("Content-Type") !== CONTENT_TYPE || !["", "gzip"].includes(encoding)) return undefined;
  const sequence = number("Aether-Sequence");
  return {
    version,
    digest: headers.get("Aether-Digest"),
    isGzip: encoding === "gzip",
    size,
    chunks,
    sequence: Number.isSafeInteger(sequence) && sequence > 0 ? sequence : undefined,
  };
}
