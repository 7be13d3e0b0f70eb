import { COMMIT_HEADERS } from "./commit_message.ts";
import type { StoredMessage } from "../api/stored_message.ts";

/** Bytes that JetStream counts for a message in addition to its subject, headers and body. */
const RECORD_BYTES = 34;
/** Bytes of the first line of the headers, and of the empty line at their end. */
const BLOCK_BYTES = 12;
/** The bytes between a header's name and its value, and after the value. */
const LINE_BYTES = 4;

/**
 * The number of bytes that the stream counts for a commit message. Headers that Aether does not write are not counted.
 */
export function messageSize({ subject, headers, data }: StoredMessage): number {
  let bytes = RECORD_BYTES + BLOCK_BYTES + subject.length + data.length;
  for (const name of COMMIT_HEADERS) {
    const value = headers?.get(name) ?? "";
    if (value !== "") bytes += name.length + value.length + LINE_BYTES;
  }
  return bytes;
}
