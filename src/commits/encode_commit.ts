/**
 * The JSON form of a commit. The JetStream adapter stores it as the body of one message. In every adapter, the
 * "bytes of a commit" are the bytes of this form.
 *
 * ```json
 * {"time":1767225600000,"events":[{"id":"5f…","type":"Placed","data":{"sku":"A"},"metadata":{"correlationId":"r1"}}]}
 * ```
 *
 * `metadata` is absent if it is empty. `v`, the schema version of an event, is absent if it is 1. The form does not
 * contain the actor, the commit id and the versions. On JetStream, they are in the subject and the headers of the
 * message.
 *
 * @module
 */
import { MAX_DATA_DEPTH } from "../base/limits.ts";
import { metadataProblem, NO_METADATA } from "../events/freeze_metadata.ts";
import { freezeParsed } from "../events/freeze_parsed.ts";
import { idProblem } from "../events/id_problem.ts";
import { schemaVersionProblem } from "../events/schema_version_problem.ts";
import { mayHaveStringProblem, parsedStringProblem } from "../events/parsed_string_problem.ts";
import { typeProblem } from "../events/type_problem.ts";
import type { CommitContent, PreparedEvent } from "./commit.ts";
import { checkCommitJson, checkEventJson, toCommitJson } from "./commit_json.ts";

/** Encodes a commit in its JSON form, as UTF-8. The bytes contain the time and the events. */
export function encodeCommit(commit: CommitContent): Uint8Array {
  return encoder.encode(stringifyCommit(commit));
}

/** Encodes a commit in its JSON form, as a string, for a storage that stores strings. See {@link encodeCommit}. */
export function stringifyCommit(commit: CommitContent): string {
  return JSON.stringify(toCommitJson(commit));
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const strictDecoder = new TextDecoder("utf-8", { fatal: true });

/**
 * Decodes the JSON form of a commit.
 *
 * @param bytes The result of {@link encodeCommit}.
 * @param skip The number of the commit's oldest events to leave out without checking them.
 * @returns The commit's content; data and metadata of its events are frozen.
 * @throws {TypeError} If the bytes are not the JSON form of a commit. The message names the problem. The adapter adds
 * the place of the commit.
 */
export function decodeCommit(bytes: Uint8Array, skip = 0): CommitContent {
  const json = decoder.decode(bytes);
  // The decoder replaces invalid UTF-8 by U+FFFD, a character that valid data can contain too. A strict decoder
  // distinguishes the two cases, but is too slow for every commit.
  return toContent(json.includes("\ufffd") ? decodeStrictly(bytes) : json, skip);
}

function decodeStrictly(bytes: Uint8Array): string {
  try {
    return strictDecoder.decode(bytes);
  } catch (cause) {
    throw new TypeError("it is not JSON in UTF-8", { cause });
  }
}

/**
 * Decodes the JSON form of a commit from a string.
 *
 * @param json The result of {@link stringifyCommit}.
 * @returns The commit's content; data and metadata of its events are frozen.
 * @throws {TypeError} If the string is not the JSON form of a commit; the message names the problem.
 */
export function parseCommit(json: string): CommitContent {
  return toContent(json, 0);
}

function toContent(json: string, skip: number): CommitContent {
  const { time, events } = checkCommitJson(parse(json));
  const checksStrings = mayHaveStringProblem(json);
  const prepared: PreparedEvent[] = [];
  for (let i = skip; i < events.length; i++) prepared.push(toEvent(events[i], i, checksStrings));
  return { timestamp: time, events: prepared };
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw new TypeError("it is not JSON", { cause });
  }
}

/**
 * Checks an event by the same rules as {@link fromCommitJson}, but does not copy its data: it freezes the parsed
 * object.
 */
function toEvent(value: unknown, i: number, checksStrings: boolean): PreparedEvent {
  const { id, type, v: schemaVersion = 1, data, metadata = NO_METADATA } = checkEventJson(value, i);
  refuse(i, "id", idProblem(id));
  refuse(i, "type", typeProblem(type));
  refuse(i, "v", schemaVersionProblem(schemaVersion));
  refuse(i, "data", data === undefined ? "is missing" : freezeParsed(data, MAX_DATA_DEPTH));
  if (metadata !== NO_METADATA) refuse(i, "metadata", metadataProblem(metadata) ?? freezeParsed(metadata, 1));
  if (checksStrings) refuse(i, "data or metadata", parsedStringProblem([data, metadata]));
  return { id, type, schemaVersion, data, metadata } as PreparedEvent;
}

function refuse(i: number, member: string, problem: string | undefined): void {
  if (problem !== undefined) throw new TypeError(`events[${i}].${member} ${problem}`);
}
