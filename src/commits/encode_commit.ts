/**
 * The JSON form of a commit: what the JetStream adapter stores as the body of one message, and what "bytes of a
 * commit" means in every adapter.
 *
 * ```json
 * {"time":1767225600000,"events":[{"id":"5f…","type":"Placed","data":{"sku":"A"},"metadata":{"correlationId":"r1"}}]}
 * ```
 *
 * `metadata` is left out where it is empty. The actor, the commit's id and its versions are not in it: they are the
 * address and the headers of what is stored.
 *
 * @module
 */
import { NO_METADATA } from "../events/freeze_metadata.ts";
import { freezeParsed } from "../events/freeze_parsed.ts";
import type { CommitContent, PreparedEvent } from "./commit.ts";
import { toCommitJson } from "./commit_json.ts";

/** Writes the JSON form of a commit in UTF-8: time and events. Its actor, its id and its versions are not in it. */
export function encodeCommit(commit: CommitContent): Uint8Array {
  return encoder.encode(stringifyCommit(commit));
}

/** Writes the JSON form of a commit as a string, for a storage that encodes strings itself. See {@link encodeCommit}. */
export function stringifyCommit(commit: CommitContent): string {
  return JSON.stringify(toCommitJson(commit));
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const strictDecoder = new TextDecoder("utf-8", { fatal: true });

/**
 * Reads the JSON form of a commit.
 *
 * @param bytes What {@link encodeCommit} wrote.
 * @param skip The number of the commit's oldest events to leave out without checking them.
 * @returns The commit's content; data and metadata of its events are frozen.
 * @throws {TypeError} If the bytes are not that; the message says what is missing, for the adapter to say where.
 */
export function decodeCommit(bytes: Uint8Array, skip = 0): CommitContent {
  return toContent(parse(bytes), skip);
}

/**
 * Reads the JSON form of a commit from a string.
 *
 * @param json The result of {@link stringifyCommit}.
 * @returns The commit's content; data and metadata of its events are frozen.
 * @throws {TypeError} If the string is not that form; the message names what is missing.
 */
export function parseCommit(json: string): CommitContent {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw new TypeError("it is not JSON", { cause });
  }
  return toContent(value, 0);
}

function toContent(value: unknown, skip: number): CommitContent {
  const { time, events } = object(value, "a commit");
  if (typeof time !== "number") throw new TypeError("its time is not a number");
  if (!Array.isArray(events) || events.length === 0) throw new TypeError("it has no events");
  const wanted: unknown[] = skip === 0 ? events : events.slice(skip);
  return { timestamp: time, events: wanted.map(toEvent) };
}

function parse(bytes: Uint8Array): unknown {
  try {
    const text = decoder.decode(bytes);
    // A replacement character may have been written as such. Being strict at once takes longer than the rest.
    return JSON.parse(text.indexOf("\ufffd") >= 0 ? strictDecoder.decode(bytes) : text);
  } catch (cause) {
    throw new TypeError("it is not JSON in UTF-8", { cause });
  }
}

function toEvent(value: unknown): PreparedEvent {
  const { id, type, data, metadata = NO_METADATA } = object(value, "an event");
  if (typeof id !== "string" || typeof type !== "string") throw new TypeError("an event has no id or no type");
  if (data === undefined) throw new TypeError("an event has no data");
  object(metadata, "an event's metadata");
  return { id, type, data: freezeParsed(data), metadata: freezeParsed(metadata) as PreparedEvent["metadata"] };
}

function object(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new TypeError(`${what} is not an object`);
  }
  return value as Record<string, unknown>;
}
