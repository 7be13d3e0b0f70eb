/**
 * A frame: one commit as one message, as docs/wire-format.md tells it.
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
import { unknownCritical } from "./critical_header.ts";
import type { Names } from "./names.ts";
import type { StoredMessage } from "../api/stored_message.ts";
import { traceHeaders } from "./trace_headers.ts";
import { type EncodedHeaders, encodeHeaders } from "../nats/encode_headers.ts";

/**
 * So many commits, the newest of a log, are never dropped from its stream, whatever has expired. And so far at most a
 * frame whose writer found nothing of its actor may come after what that writer knew of the log: see {@link CommitHeaders}.
 */
export const MIN_RETAINED_COMMITS = 1_024;

/** A message that is to be stored. */
export interface CommitMessage {
  readonly headers: EncodedHeaders;
  readonly body: Uint8Array;
}

/** The headers that a frame may have. */
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

/** Where a frame is to be stored. */
export interface CommitExpectation {
  readonly stream: string;
  /** The identity of the log. */
  readonly identity: string;
  /** The sequence of the actor's last frame; 0 if it has none. */
  readonly lastSequence: number;
  /** The version of the commit's first event. */
  readonly firstVersion: number;
  /** Where the log keeps not everything and nothing of the actor was found in it: how far it had come before that. */
  readonly observedLastSequence: number | undefined;
}

/** Writes the frame of a commit, whose body is encoded. */
export function encodeCommitMessage(
  commit: Commit,
  { contentType, body }: ReturnType<Codecs["encode"]>,
  { stream, identity, lastSequence, firstVersion, observedLastSequence: reached }: CommitExpectation,
): CommitMessage {
  // Not as pairs: writing a frame was a seventh of all the garbage of an append that way.
  const lines = `Nats-Expected-Stream: ${stream}\r\n` +
    `Nats-Expected-Last-Subject-Sequence: ${lastSequence}\r\n` +
    `Aether-Version: ${firstVersion}\r\n` +
    `Aether-Count: ${commit.events.length}\r\n` +
    `Aether-Commit: ${commit.id}\r\n` +
    `Aether-Log: ${identity}\r\n` +
    `Content-Type: ${contentType}\r\n` +
    (reached === undefined ? "" : `Aether-Reached: ${reached}\r\n`);
  return { headers: encodeHeaders(traceHeaders(commit.events[0]?.metadata ?? {}), lines), body };
}

/** The decoded headers of a commit message, without its body. */
export interface CommitHeaders {
  /** Its place in the log. */
  readonly sequence: number;
  /** The version of its first event. */
  readonly firstVersion: number;
  /** The version of its last event. */
  readonly lastVersion: number;
  readonly commitId: string;
  /**
   * It counts as never stored: it came so long after its writer had looked for the actor that others may have appended
   * to this, and their commits have been dropped meanwhile. It has no events.
   */
  readonly isSuperseded: boolean;
}

/** An id of a commit. */
const COMMIT_ID = /^[!-~]{1,128}$/;

/**
 * Reads the headers of a frame.
 *
 * @throws {CorruptDataError} If it is not one, or has a newer format.
 */
export function decodeCommitHeaders(names: Names, { sequence, headers }: StoredMessage): CommitHeaders {
  const critical = unknownCritical(headers);
  if (critical !== undefined) throw unreadable(names, sequence, `its reader has to know ${JSON.stringify(critical)}`);
  const firstVersion = wholeNumber(headers?.get("Aether-Version") ?? "");
  const events = wholeNumber(headers?.get("Aether-Count") ?? "");
  const commitId = headers?.get("Aether-Commit") ?? "";
  if (firstVersion === undefined || events === undefined || !COMMIT_ID.test(commitId)) {
    throw unreadable(names, sequence, "it lacks the headers of a commit");
  }
  if (events > MAX_EVENTS_PER_COMMIT) throw unreadable(names, sequence, `its Aether-Count is ${events}`);
  if (!(sequence <= MAX_OFFSET)) throw unreadable(names, sequence, "its sequence is too great to be a position");
  const reached = headers?.get("Aether-Reached") ?? "";
  if (!/^[0-9]*$/.test(reached)) throw unreadable(names, sequence, "its Aether-Reached is no sequence");
  const isVoid = reached !== "" && !isWithinWindow(sequence, Number(reached));
  return { sequence, firstVersion, lastVersion: firstVersion + events - 1, commitId, isSuperseded: isVoid };
}

/** Whether a frame that came there counts, by what its writer knew of the log. */
export function isWithinWindow(sequence: number, reached: number): boolean {
  return sequence - reached <= MIN_RETAINED_COMMITS;
}

/** A frame that was read. */
export interface DecodedCommit extends CommitHeaders {
  /** Those that are wanted, none if it is void; the array is the caller's. */
  readonly events: RecordedEvent[];
}

/**
 * The identity of a log as the header of a frame tells it, for an observer that may not ask for the stream. It is that of
 * no log if the frame has no such header, as those of earlier versions have none.
 *
 * @throws {CorruptDataError} If the header is not a log identity.
 */
export function announcedIdentity(names: Names, { sequence, headers }: StoredMessage): string {
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
   * The identity of the log, which becomes part of positions. It is to be learned before the frames are received: should
   * the stream be replaced in between, the new log refuses the positions.
   */
  readonly identity: string;
}

/**
 * Reads a frame.
 *
 * @param actorId The actor of its subject; `undefined` if it is no actor's.
 * @param from Events of versions below it are not wanted: all but the last of them are left out.
 * @throws {CorruptDataError} If it is not one, or has a newer format.
 */
export function decodeCommitMessage(
  { names, codecs, identity }: MessageContext,
  actorId: string | undefined,
  message: StoredMessage,
  from = 1,
): DecodedCommit {
  const { sequence, subject } = message;
  if (actorId === undefined) throw unreadable(names, sequence, `its subject "${subject}" is no actor's`);
  const head = decodeCommitHeaders(names, message);
  if (head.isSuperseded) return { ...head, events: [] };
  const { firstVersion, lastVersion, commitId, isSuperseded: isVoid } = head;
  // One is always looked at, so that it shows whether there are as many as there should be.
  const skipped = Math.min(Math.max(0, from - firstVersion), lastVersion - firstVersion);
  const { timestamp, events } = decodeBody(names, codecs, message, skipped);
  if (skipped + events.length !== lastVersion - firstVersion + 1) {
    throw unreadable(names, sequence, "it does not hold as many events as its Aether-Count says");
  }
  const commit = { actorId, id: commitId, timestamp, events };
  const recorded = recordCommit({ namespace: names.namespace, identity }, commit, firstVersion, sequence, skipped);
  return { sequence, firstVersion, lastVersion, commitId, isSuperseded: isVoid, events: recorded };
}

function decodeBody(
  names: Names,
  codecs: Codecs,
  { sequence, headers, data }: StoredMessage,
  skip: number,
): CommitContent {
  const contentEncoding = headers?.get("Content-Encoding") ?? "";
  if (contentEncoding !== "") {
    throw unreadable(names, sequence, `its content encoding ${JSON.stringify(contentEncoding)} is unknown`);
  }
  try {
    return codecs.decode(headers?.get("Content-Type") ?? "", data, skip);
  } catch (cause) {
    if (cause instanceof UnknownContentType) throw unreadable(names, sequence, cause.message, { cause });
    const flaw = cause instanceof Error ? cause.message : String(cause);
    throw unreadable(names, sequence, `its body is not a commit: ${flaw}`, { cause });
  }
}

/** A whole number from 1, as a header says it. */
function wholeNumber(text: string): number | undefined {
  if (text === "1") return 1; // Nearly all counts, and many versions.
  const number = Number(text);
  return /^[1-9][0-9]*$/.test(text) && Number.isSafeInteger(number) ? number : undefined;
}

function unreadable(names: Names, sequence: number, flaw: string, options?: ErrorOptions): CorruptDataError {
  const { namespace, log }: { namespace: Namespace; log: string } = names;
  return new CorruptDataError(
    `Cannot read the message with sequence ${sequence} of stream "${log}": ${flaw}. Something else wrote it, or a ` +
      `newer version of Aether`,
    { namespace },
    options,
  );
}
