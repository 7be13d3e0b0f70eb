import { COMMIT_HEADERS } from "./commit_message.ts";
import type { StoredMessage } from "../api/stored_message.ts";

/** Bytes that JetStream counts for a message beside its subject, headers and body. */
const RECORD = 34;
/** The first line of a block of headers, and the empty one at its end. */
const BLOCK = 12;
/** The bytes between a header's name and its value, and after it. */
const LINE = 4;

/** The bytes that a frame counts for in its stream. Headers that frames have not are left out of account. */
export function messageSize({ subject, headers, data }: StoredMessage): number {
  let bytes = RECORD + BLOCK + subject.length + data.length;
  for (const name of COMMIT_HEADERS) {
    const value = headers?.get(name) ?? "";
    if (value !== "") bytes += name.length + value.length + LINE;
  }
  return bytes;
}
