import { CorruptDataError } from "../../../errors.ts";
import { unknownCritical } from "./critical_header.ts";
import type { Names } from "./names.ts";
import type { StoredMessage } from "../api/stored_message.ts";
import { type EncodedHeaders, encodeHeaders } from "../nats/encode_headers.ts";

/** The version floor of an actor: its last purged commit. */
export interface VersionFloor {
  /** The version of the last event of the commit. */
  readonly version: number;
  /** The id of the commit. */
  readonly commitId: string;
  /** The sequence that the commit had in the log. */
  readonly sequence: number;
}

/** Encodes the headers of a version floor. The message has no body. */
export function encodeVersionFloor(
  { version, commitId, sequence }: VersionFloor,
  expected: { readonly stream: string; readonly lastSequence: number },
): EncodedHeaders {
  return encodeHeaders([
    ["Nats-Expected-Stream", expected.stream],
    ["Nats-Expected-Last-Subject-Sequence", expected.lastSequence],
    ["Aether-Version", version],
    ["Aether-Commit", commitId],
    ["Aether-Sequence", sequence],
  ]);
}

/**
 * Decodes a version floor.
 *
 * @throws {CorruptDataError} If the message is malformed. Without a floor, versions could be used again.
 */
export function decodeVersionFloor(
  { namespace, floors }: Names,
  { sequence: at, headers }: StoredMessage,
): VersionFloor {
  const commitId = headers?.get("Aether-Commit") ?? "";
  const version = Number(headers?.get("Aether-Version"));
  const sequence = Number(headers?.get("Aether-Sequence"));
  const critical = unknownCritical(headers);
  const isKnown = critical === undefined && commitId !== "";
  if (isKnown && [version, sequence].every((value) => Number.isSafeInteger(value) && value > 0)) {
    return { version, commitId, sequence };
  }
  throw new CorruptDataError(
    `Cannot read the message with sequence ${at} of stream "${floors}": ${
      critical === undefined
        ? "it lacks the headers of a version floor"
        : `it needs a reader that supports ${JSON.stringify(critical)}`
    }. Another program ` +
      `or a newer version of Aether wrote it`,
    { namespace },
  );
}
