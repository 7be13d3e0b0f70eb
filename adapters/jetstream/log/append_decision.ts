/**
 * The decision of an append: pure functions of the server's reply, the successor and the known facts.
 *
 * The successor is the first commit at the actor's subject that comes after the expected sequence. The successor
 * decides, whether the server replied or not:
 *
 * - If the successor has the commit id of the append, the commit is stored.
 * - If the successor has another commit id, the commit can never be stored after the expected sequence.
 * - If there is no successor, the same message may be sent again. The server stores one copy of the message at most.
 *
 * @module
 */
import { API_ERROR, ApiError, isTransient } from "../api/api_error.ts";
import { RequestFailure } from "../nats/request_failure.ts";
import { type CommitHeaders, type ExpectedLatest, isWithinWindow } from "../wire/commit_message.ts";
import type { VersionFloor } from "../wire/version_floor.ts";

/** The facts about an append that its decisions depend on. */
export interface AppendFacts {
  readonly commitId: string;
  readonly eventCount: number;
  readonly latest: ExpectedLatest;
  /** Whether commits of the log expire. */
  readonly mayExpire: boolean;
  /** Whether the stream has replicas. If so, a former leader may have answered. */
  readonly isReplicated: boolean;
  /**
   * Whether a copy of the message was sent without an acknowledgement, so that the server may store it or has stored
   * it.
   */
  readonly hasUnconfirmedCopy: boolean;
}

/** The reply to a commit message: the sequence at which it is stored, or a failure. */
export type Reply = number | ApiError | RequestFailure;

/** The commit that follows the expected sequence: in the log, or expired and known by its version floor only. */
export type Successor =
  | { readonly kind: "none" }
  | { readonly kind: "commit"; readonly commit: CommitHeaders }
  | { readonly kind: "floor"; readonly floor: VersionFloor };

/** The commit is stored. */
export interface StoredDecision {
  readonly kind: "stored";
  readonly sequence: number;
  readonly version: number;
  /** Whether an earlier append with the same commit id stored it. */
  readonly duplicate: boolean;
}

/** No copy of the message is known to be the successor. The actor's latest commit must be read again. */
export interface RereadDecision {
  readonly kind: "reread";
  /** Whether a copy may be stored nevertheless, because a former leader may have sent the reply. */
  readonly hasUnconfirmedCopy: boolean;
}

/** The append ends with an error. */
export interface FailDecision {
  readonly kind: "fail";
  readonly error: Error;
}

/** An append ends, reads the latest commit again, or sends the same message again. */
export type AppendDecision = StoredDecision | RereadDecision | FailDecision | { readonly kind: "resend" };

const NOT_STORED: RereadDecision = { kind: "reread", hasUnconfirmedCopy: false };

/**
 * The value of `AppendFacts.hasUnconfirmedCopy` after a reply. An acknowledged copy is confirmed: its sequence is
 * known.
 *
 * @param before The value before the message was sent.
 */
export function hasUnconfirmedCopyAfter(reply: Reply, before: boolean): boolean {
  if (before || typeof reply === "number") return before;
  return reply instanceof ApiError ? reply.code === API_ERROR.unavailable : reply.kind === "no-reply";
}

/** Decides by the reply alone; `undefined` if the decision also needs the successor. */
export function decideByReply(
  reply: Reply,
  { latest, eventCount }: Pick<AppendFacts, "latest" | "eventCount">,
): StoredDecision | undefined {
  const { observedSequence, version } = latest;
  if (typeof reply !== "number") return undefined;
  if (observedSequence !== undefined && !isWithinWindow(reply, observedSequence)) return undefined;
  return { kind: "stored", sequence: reply, version: version + eventCount, duplicate: false };
}

/** Decides by the successor alone; `undefined` if there is none. */
export function decideBySuccessor(
  successor: Successor,
  facts: AppendFacts,
): StoredDecision | RereadDecision | FailDecision | undefined {
  const { latest, commitId, eventCount, mayExpire, hasUnconfirmedCopy } = facts;
  // Without an unconfirmed copy, this append has not stored the commit: an earlier append has.
  const duplicate = !hasUnconfirmedCopy;
  if (successor.kind === "commit") {
    const { commit } = successor;
    if (mayExpire && commit.firstVersion !== latest.version + 1) return decideByExpired(facts);
    if (commit.commitId !== commitId) return NOT_STORED;
    return { kind: "stored", sequence: commit.sequence, version: commit.lastVersion, duplicate };
  }
  if (successor.kind === "none" || successor.floor.version <= latest.version) return undefined;
  const { floor } = successor;
  const version = latest.version + eventCount;
  if (floor.version > version) return decideByExpired(facts);
  if (floor.version < version || floor.commitId !== commitId) return NOT_STORED;
  return { kind: "stored", sequence: floor.sequence, version, duplicate };
}

/** The decision if the successor has expired. The commit id of the successor is then unknown. */
function decideByExpired({ hasUnconfirmedCopy }: AppendFacts): RereadDecision | FailDecision {
  if (!hasUnconfirmedCopy) return NOT_STORED;
  return { kind: "fail", error: new RequestFailure("no-reply", new Error("the successor has expired")) };
}

/** Decides by reply and successor. */
export function decide(reply: Reply, successor: Successor, facts: AppendFacts): AppendDecision {
  const decision = decideBySuccessor(successor, facts);
  if (decision !== undefined) return decision;
  const { latest, mayExpire, isReplicated, hasUnconfirmedCopy } = facts;
  // The message is superseded, and is now the actor's last message. The server refuses every copy that arrives later.
  if (typeof reply === "number") return NOT_STORED;
  if (reply instanceof ApiError && reply.code === API_ERROR.wrongLastSequence) {
    // No successor was found. If the expected commit was purged, its sequence is no longer the last one of the subject,
    // and the server refuses every copy of the message: read again. Without an unconfirmed copy, read again too. An
    // unconfirmed copy may be stored but not found yet, and may be the reason for this reply: send the message again.
    const mayBePurged = mayExpire && latest.sequence > 0;
    if (mayBePurged || !hasUnconfirmedCopy) return { kind: "reread", hasUnconfirmedCopy: !mayBePurged && isReplicated };
  }
  if (!hasUnconfirmedCopy && !isTransient(reply)) return { kind: "fail", error: reply };
  return { kind: "resend" };
}
