/**
 * The messages between a caller and the owner of an actor: JSON in UTF-8. See docs/wire-format.md.
 *
 * A later release may add properties without a greater `v`: older nodes ignore them. A property that changes the
 * meaning of a command needs a greater `v`. An owner hands back a request whose `v` is greater than its own version. A
 * caller treats a reply of an unknown kind like a missing reply.
 *
 * @module
 */
import { fromCommitJson, toCommitJson } from "../commits/commit_json.ts";
import { recordCommit } from "../commits/record_commit.ts";
import type { Namespace } from "../base/namespace.ts";
import type { PreparedEvent } from "../commits/commit.ts";
import type { RecordedEvent } from "../events/recorded_event.ts";
import { copyDerivedMetadata } from "../observer/derived_metadata.ts";
import type { DerivedMetadata } from "../observer/observer.ts";
import type { ExecuteOptions } from "../state/options.ts";
import { isLogIdentity } from "../values/log_identity.ts";
import { logIdentityOf, MAX_OFFSET, offsetOf } from "../values/position.ts";

/** The version of the protocol. */
const HOSTING_PROTOCOL = 1;

/** The options of a command that are sent with it. */
export type SentOptions = Pick<
  ExecuteOptions,
  "expectedVersion" | "attempts" | "lookback" | "onExhausted" | "metadata"
>;

/** A command for the owner of an actor. */
export interface CommandRequest {
  readonly actorId: string;
  readonly command: unknown;
  readonly commitId: string;
  /** A version that the actor had before the command was issued. Encoded as `since`. */
  readonly issuedAfter: number;
  readonly options: SentOptions;
  /** Whether the caller needs the answer of the option `answer`. */
  readonly needsAnswer: boolean;
  /** The trace and the cause of the command, from the caller's observer. */
  readonly trace?: DerivedMetadata | undefined;
}

/** The reason why an owner leaves the execution of a command to the caller. */
export type HandBackReason =
  /** The command resulted in no events, or failed. The caller decides it again, and returns the result or the error. */
  | "no-result"
  /** The command waited too long for its turn. */
  | "overdue"
  /** It is unknown whether the command was stored. */
  | "unknown"
  /** The command was stored, and the reply exceeds the limit of the transport. */
  | "too-large"
  /** The owner cannot execute the request: it has a later version, or asks for an answer that the owner does not make. */
  | "unsupported"
  /** The owner no longer has the session to which the request was sent. */
  | "no-session";

/** The reply of an owner. */
export type CommandReply =
  | {
    readonly kind: "done";
    readonly version: number;
    readonly events: readonly RecordedEvent[];
    readonly duplicate: boolean;
    readonly lookbackExhausted: boolean;
    /** The result of the option `answer` of the host, for the state after the command. */
    readonly answer: unknown;
  }
  /** The owner has not executed the command: send it again with this version as `issuedAfter`. */
  | { readonly kind: "again"; readonly version: number }
  /**
   * The caller must execute the command with the same commit id. If the owner has stored the commit, the caller finds
   * the commit and does not decide again.
   */
  | { readonly kind: "handed-back"; readonly reason: HandBackReason }
  /** The actor's queue is full. */
  | { readonly kind: "overloaded"; readonly capacity: number };

/** Encodes a request. */
export function encodeRequest({ issuedAfter, ...request }: CommandRequest): Uint8Array {
  const { actorId, command, commitId, options, needsAnswer, trace } = request;
  return encode({ v: HOSTING_PROTOCOL, actorId, command, commitId, since: issuedAfter, options, needsAnswer, trace });
}

/**
 * Decodes a request.
 *
 * @returns `undefined` if the message is not a request, or has a later version.
 */
export function decodeRequest(bytes: Uint8Array): CommandRequest | undefined {
  const { v, actorId, command, commitId, since, options, needsAnswer, trace } = decode(bytes);
  const isRequest = Number.isSafeInteger(v) && (v as number) <= HOSTING_PROTOCOL && typeof actorId === "string" &&
    command !== undefined && typeof commitId === "string" && isNaturalNumber(since) && typeof options === "object" &&
    options !== null;
  if (!isRequest) return undefined;
  const sent = { options: options as SentOptions, needsAnswer: needsAnswer === true, trace: decodeTrace(trace) };
  return { actorId, command, commitId, issuedAfter: since, ...sent };
}

/**
 * The valid pairs of the trace of a request. Invalid pairs are ignored, because a command must not fail on its trace.
 */
function decodeTrace(trace: unknown): DerivedMetadata | undefined {
  return typeof trace === "object" && trace !== null ? copyDerivedMetadata(trace, () => {}) : undefined;
}

/** Encodes a reply. */
export function encodeReply(reply: CommandReply): Uint8Array {
  if (reply.kind !== "done") return encode({ v: HOSTING_PROTOCOL, ...reply });
  const { events, ...rest } = reply;
  const { commitId, position, timestamp } = events[0]!;
  const commit = toCommitJson({ timestamp, events: events as unknown as readonly PreparedEvent[] });
  const place = { commitId, identity: logIdentityOf(position), offset: offsetOf(position) };
  return encode({ v: HOSTING_PROTOCOL, ...rest, ...place, commit });
}

/**
 * Decodes a reply.
 *
 * @param actorId The actor of the request.
 * @returns `undefined` if this release does not support the form of the message.
 */
export function decodeReply(bytes: Uint8Array, namespace: Namespace, actorId: string): CommandReply | undefined {
  const { kind, version, reason, capacity, ...rest } = decode(bytes);
  switch (kind) {
    case "done":
      return isNaturalNumber(version) ? decodeDone({ namespace, actorId, version }, rest) : undefined;
    case "again":
      return isNaturalNumber(version) ? { kind, version } : undefined;
    case "handed-back":
      return { kind, reason: reason as HandBackReason };
    case "overloaded":
      return isNaturalNumber(capacity) ? { kind, capacity } : undefined;
    default:
      return undefined;
  }
}

/** The actor, and its version after the commit. */
interface CommittedActor {
  readonly namespace: Namespace;
  readonly actorId: string;
  readonly version: number;
}

function decodeDone({ namespace, actorId, version }: CommittedActor, message: Message): CommandReply | undefined {
  const { commitId, identity, offset, commit, duplicate, lookbackExhausted, answer } = message;
  const isPlace = typeof identity === "string" && isLogIdentity(identity) && isNaturalNumber(offset) &&
    offset <= MAX_OFFSET;
  if (!isPlace || typeof commitId !== "string") return undefined;
  try {
    const { timestamp, events } = fromCommitJson(commit);
    const stored = { actorId, id: commitId, timestamp, events };
    const recorded = recordCommit({ namespace, identity }, stored, version - events.length + 1, offset);
    return {
      kind: "done",
      version,
      events: Object.freeze(recorded),
      duplicate: duplicate === true,
      lookbackExhausted: lookbackExhausted === true,
      answer,
    };
  } catch {
    return undefined;
  }
}

function isNaturalNumber(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

type Message = Readonly<Record<string, unknown>>;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function encode(message: object): Uint8Array {
  return encoder.encode(JSON.stringify(message));
}

function decode(bytes: Uint8Array): Message {
  try {
    const value: unknown = JSON.parse(decoder.decode(bytes));
    return typeof value === "object" && value !== null ? value as Message : {};
  } catch {
    return {};
  }
}
