/**
 * The manifest of a snapshot: see docs/wire-format.md.
 *
 * @module
 */
import { MAX_SNAPSHOT_BYTES } from "../../../limits.ts";
import type { StoredMessage } from "../api/stored_message.ts";
import { unknownCritical } from "./critical_header.ts";
import { type EncodedHeaders, encodeHeaders } from "../nats/encode_headers.ts";

const CONTENT_TYPE = "application/json";
/** A digest becomes a token of subjects: a malformed one must not be requested. */
const DIGEST = /^[0-9a-f]{64}$/;

/** The decoded headers of a snapshot's manifest. */
export interface SnapshotManifest {
  readonly version: number;
  /** SHA-256 of the stored bytes, in hexadecimal digits. */
  readonly digest: string;
  readonly isGzip: boolean;
  /** The number of bytes of the uncompressed snapshot: `MAX_SNAPSHOT_BYTES` at most. */
  readonly size: number;
  /** The number of messages that contain the bytes; 0 if the manifest itself contains them. */
  readonly chunks: number;
  /** The sequence of the commit with the version, if it was known: a hint. */
  readonly sequence: number | undefined;
}

/** Encodes the headers of a manifest. */
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

/** Decodes the headers of a manifest; `undefined` if they are damaged, or of a newer format. */
export function decodeManifest({ headers }: StoredMessage): SnapshotManifest | undefined {
  if (headers === undefined || unknownCritical(headers) !== undefined) return undefined;
  const version = wholeNumber(headers.get("Aether-Version"));
  const size = wholeNumber(headers.get("Aether-Size"), MAX_SNAPSHOT_BYTES);
  const chunks = wholeNumber(headers.get("Aether-Chunks"));
  const digest = headers.get("Aether-Digest");
  const encoding = headers.get("Content-Encoding");
  if (version === undefined || size === undefined || chunks === undefined || !DIGEST.test(digest)) return undefined;
  if (headers.get("Content-Type") !== CONTENT_TYPE || !["", "gzip"].includes(encoding)) return undefined;
  // A hint: without the sequence, a search finds the commit.
  const sequence = wholeNumber(headers.get("Aether-Sequence")) || undefined;
  return { version, digest, isGzip: encoding === "gzip", size, chunks, sequence };
}

function wholeNumber(text: string, max: number = Number.MAX_SAFE_INTEGER): number | undefined {
  const number = Number(text);
  return /^[0-9]+$/.test(text) && number <= max ? number : undefined;
}
