/**
 * A commit message: one commit as one message, as docs/wire-format.md specifies it.
 *
 * @module
 */
import {
  type Commit,
  type CommitContent,
  isLogIdentity,
  MAX_OFFSET,
  recordCommit,
  UNKNOWN_LOG_IDENTITY,
} from "../../../adapter.ts";
import { CorruptDataError } from "../../../errors.ts";
import { MAX_EVENTS_PER_COMMIT } from "../../../limits.ts";
import type { Namespace, RecordedEvent } from "../../../mod.ts";
import { type Codecs, UnknownContentType } from "./codecs.ts";
import { type CommitHeaderValues, commitHeaderValues } from "./commit_header_values.ts";
import type { Names } from "./names.ts";
import type { StoredMessage } from "../api/stored_message.ts";
import { traceHeaders } from "./trace_headers.ts";
import { type EncodedHeaders, encodeHeaders } from "../nats/encode_headers.ts";

/**
 * The number of newest commits of a log that are never purged, even if they have expired. This number is also the
 * length of the window of an actor's first commit. If the writer found no commit of the actor, its message must be
 * stored in the window: at one of the next 1,024 sequences after the observed sequence. Otherwise the message is
 * superseded: see {@link CommitHeaders}.
 */
export const MIN_RETAINED_COMMITS = 1_024;

/** The message that stores a commit. */
export interface CommitMessage {
  readonly headers: EncodedHeaders;
  readonly body: Uint8Array;
}

/** The names of the headers of a commit message. */
export const COMMIT_HEADERS = [
  "Nats-Expected-Stream",
  "Nats-Expected-Last-Subject-Sequence",
  "Aether-Version",
  "Aether-Count",
  "Aether-Commit",
  "Aether-Log",
  "Aether-Reached",
  "Aether-Critical",
  "Content-Type",
  "Content-Encoding",
  "traceparent",
  "tracestate",
] as const;

/** The latest commit of an actor, as an append expects it. */
export interface ExpectedLatest {
  /** The version of its last event; 0 if the actor has no events. */
  readonly version: number;
  /** The sequence of its message; 0 if the actor has no commits in the log. */
  readonly sequence: number;
  /**
   * The observed sequence: the last sequence of the log before the writer searched for the actor. Present if commits of
   * the log expire and the writer found no commit of the actor.
   */
  readonly observedSequence?: number | undefined;
}

/** The expected state of the log before the message. */
export interface CommitExpectation {
  readonly stream: string;
  /** The identity of the log. */
  readonly identity: string;
  readonly latest: ExpectedLatest;
}

/** Encodes the message of a commit with an encoded body. */
export function encodeCommitMessage(
  commit: Commit,
  { contentType, body }: ReturnType<Codecs["encode"]>,
  { stream, identity, latest: { version, sequence, observedSequence } }: CommitExpectation,
): CommitMessage {
  // One string, not an array of pairs: the pairs were a seventh of the garbage of an append.
  const lines = `Nats-Expected-Stream: ${stream}\r\n` +
    `Nats-Expected-Last-Subject-Sequence: ${sequence}\r\n` +
    `Aether-Version: ${version + 1}\r\n` +
    `Aether-Count: ${commit.events.length}\r\n` +
    `Aether-Commit: ${commit.id}\r\n` +
    `Aether-Log: ${identity}\r\n` +
    `Content-Type: ${contentType}\r\n` +
    (observedSequence === undefined ? "" : `Aether-Reached: ${observedSequence}\r\n`);
  return { headers: encodeHeaders(traceHeaders(commit.events[0]?.metadata ?? {}), lines), body };
}

/** The decoded headers of a commit message, without its body. */
export interface CommitHeaders {
  /** The sequence of the message in the log. */
  readonly sequence: number;
  /** The version of the first event. */
  readonly firstVersion: number;
  /** The version of the last event. */
  readonly lastVersion: number;
  readonly commitId: string;
  /**
   * Whether the commit counts as never stored, because its message was stored after its window. After its writer had
   * searched for the actor, other writers may have appended commits that were purged since. A superseded commit has no
   * events.
   */
  readonly isSuperseded: boolean;
}

/**
 * Decodes the headers of a commit message.
 *
 * @throws {CorruptDataError} If it is not a commit message, or has a newer format.
 */
export function decodeCommitHeaders(names: Names, { sequence, headers }: StoredMessage): CommitHeaders {
  return checkHeaders(names, sequence, commitHeaderValues(headers));
}

function checkHeaders(names: Names, sequence: number, values: CommitHeaderValues): CommitHeaders {
  const { version: firstVersion, count, commitId, observedSequence, critical } = values;
  if (critical !== undefined) {
    throw unreadable(names, sequence, `it needs a reader that supports ${JSON.stringify(critical)}`);
  }
  if (firstVersion === undefined || count === undefined || commitId === undefined) {
    throw unreadable(names, sequence, "it lacks the headers of a commit");
  }
  if (count > MAX_EVENTS_PER_COMMIT) throw unreadable(names, sequence, `its Aether-Count is ${count}`);
  if (!(sequence <= MAX_OFFSET)) throw unreadable(names, sequence, "its sequence is too great to be a position");
  if (observedSequence !== "" && !/^[0-9]+$/.test(observedSequence)) {
    throw unreadable(names, sequence, "its Aether-Reached is not a sequence");
  }
  const isSuperseded = observedSequence !== "" && !isWithinWindow(sequence, Number(observedSequence));
  return { sequence, firstVersion, lastVersion: firstVersion + count - 1, commitId, isSuperseded };
}

/** Whether the sequence of a commit message is within the window after its observed sequence. */
export function isWithinWindow(sequence: number, observedSequence: number): boolean {
  return sequence - observedSequence <= MIN_RETAINED_COMMITS;
}

/** A decoded commit message. */
export interface DecodedCommit extends CommitHeaders {
  /** The wanted events; empty if the commit is superseded. The caller owns the array. */
  readonly events: RecordedEvent[];
}

/**
 * The identity of a log in the header of a commit message, for a receiver that may not read the stream. Without the
 * header, as in messages of earlier versions, the identity is unknown.
 *
 * @throws {CorruptDataError} If the header is not a log identity.
 */
export function identityInHeader(names: Names, { sequence, headers }: StoredMessage): string {
  const identity = headers?.get("Aether-Log") ?? "";
  if (isLogIdentity(identity)) return identity;
  if (identity === "") return UNKNOWN_LOG_IDENTITY;
  throw unreadable(names, sequence, "its Aether-Log is not a log identity");
}

/** The parts that decode the commit messages of one log. */
export interface MessageContext {
  readonly names: Names;
  readonly codecs: Codecs;
  /**
   * The identity of the log, which is a part of positions. The reader requests it before it receives the messages: if
   * the stream is replaced in between, the new log refuses the positions.
   */
  readonly identity: string;
}

/**
 * Decodes a commit message.
 *
 * @param actorId The actor that the subject of the message names; `undefined` if it names no actor.
 * @param from The lowest wanted version. Events with lower versions are left out, except that one event is always
 * decoded.
 * @throws {CorruptDataError} If it is not a commit message, or has a newer format.
 */
export function decodeCommitMessage(
  { names, codecs, identity }: MessageContext,
  actorId: string | undefined,
  message: StoredMessage,
  from = 1,
): DecodedCommit {
  const { sequence, subject } = message;
  if (actorId === undefined) throw unreadable(names, sequence, `its subject "${subject}" does not name an actor`);
  const values = commitHeaderValues(message.headers);
  const decoded = checkHeaders(names, sequence, values);
  if (decoded.isSuperseded) return { ...decoded, events: [] };
  const { firstVersion, lastVersion, commitId } = decoded;
  // One event is always decoded, to check the number of events.
  const skipped = Math.min(Math.max(0, from - firstVersion), lastVersion - firstVersion);
  const { timestamp, events } = decodeBody(names, codecs, message, values, skipped);
  if (skipped + events.length !== lastVersion - firstVersion + 1) {
    throw unreadable(names, sequence, "the number of its events differs from its Aether-Count");
  }
  const commit = { actorId, id: commitId, timestamp, events };
  const recorded = recordCommit({ namespace: names.namespace, identity }, commit, firstVersion, sequence, skipped);
  return { sequence, firstVersion, lastVersion, commitId, isSuperseded: false, events: recorded };
}

function decodeBody(
  names: Names,
  codecs: Codecs,
  { sequence, data }: StoredMessage,
  { contentType, contentEncoding }: CommitHeaderValues,
  skip: number,
): CommitContent {
  if (contentEncoding !== "") {
    throw unreadable(names, sequence, `its content encoding ${JSON.stringify(contentEncoding)} is unknown`);
  }
  try {
    return codecs.decode(contentType, data, skip);
  } catch (cause) {
    if (cause instanceof UnknownContentType) throw unreadable(names, sequence, cause.message, { cause });
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw unreadable(names, sequence, `its body is not a commit: ${problem}`, { cause });
  }
}

function unreadable(names: Names, sequence: number, problem: string, options?: ErrorOptions): CorruptDataError {
  const { namespace, log }: { namespace: Namespace; log: string } = names;
  return new CorruptDataError(
    `Cannot read the message with sequence ${sequence} of stream "${log}": ${problem}. Another program or a ` +
      `newer version of Aether wrote it`,
    { namespace },
    options,
  );
}
