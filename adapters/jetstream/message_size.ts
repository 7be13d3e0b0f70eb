import type { StoredMessage } from "./stored_message.ts";

/** What a server of JetStream counts for a message beside its subject, headers and body, and for having headers. */
const RECORD = 30;
const HEADERS = 4;

/** Headers that are not stored with a message, but say where it stands. */
const ADDED: ReadonlySet<string> = new Set([
  "Nats-Stream",
  "Nats-Subject",
  "Nats-Sequence",
  "Nats-Time-Stamp",
  "Nats-Num-Pending",
  "Nats-Last-Sequence",
]);

/** The bytes that a message counts for in its stream. */
export function messageSize({ subject, headers, data }: StoredMessage): number {
  const block = headerBytes(headers);
  return RECORD + subject.length + (block === 0 ? 0 : HEADERS + block) + data.length;
}

function headerBytes(headers: StoredMessage["headers"]): number {
  let bytes = 0;
  for (const [name, values] of headers ?? []) {
    if (ADDED.has(name)) continue;
    for (const value of values) bytes += name.length + ": \r\n".length + value.length;
  }
  return bytes === 0 ? 0 : bytes + "NATS/1.0\r\n\r\n".length;
}
