import { decodeFrameHead, type FrameHead } from "../wire/frame.ts";
import { findBefore } from "./find_before.ts";
import type { ActorHead } from "./head_cache.ts";
import type { LogContext } from "./log_context.ts";
import type { LogFacts } from "../wire/log_marker.ts";
import { actorSubject } from "../wire/names.ts";
import type { Patience } from "../api/patience.ts";
import { readStored } from "../streams/read_stored.ts";
import { RequestFailure } from "../nats/request_failure.ts";

/** The end of an actor's history, as the server has it. */
export interface FoundHead extends ActorHead {
  /** The actor's. */
  readonly subject: string;
  /** Its last frame that is not void; absent if it has none in the log. */
  readonly frame?: FrameHead;
  /** Where there is nothing of the actor in a log that keeps not everything: see `FramePlace.reached`. */
  readonly reached?: number;
}

/** Finds where an actor's history ends; `undefined` if the namespace has no log. */
export async function findHead(log: LogContext, actorId: string, patience: Patience): Promise<FoundHead | undefined> {
  const facts = await readStored(log, patience, (options) => log.stream.find(options));
  if (facts === undefined) return undefined;
  const subject = actorSubject(log.names, facts.partitions, actorId);
  const last = await findLastKnown(log, subject, facts, patience);
  const head = await headBehind(log, subject, last, patience);
  if (head !== undefined) return head;
  if (facts.retention === undefined) return { subject, version: 0, sequence: last?.sequence ?? 0 };
  return await findParked(log, subject, actorId, patience);
}

/**
 * The last frame of an actor, void or not, which is not before one that is known.
 *
 * @throws {RequestFailure} With replicas, the leader knew less until the time was over: see below.
 */
async function findLastKnown(
  log: LogContext,
  subject: string,
  facts: LogFacts,
  patience: Patience,
): Promise<FrameHead | undefined> {
  const known = log.heads.get(subject);
  const { history } = log.stream;
  while (true) {
    const frame = await findLast(log, subject, patience);
    if (known === undefined || !isBefore(frame, known, facts)) return frame;
    // The log has been taken back, or is another one.
    log.heads.delete(subject);
    log.stream.forget();
    if (!log.stream.isReplicated) return frame;
    // Or who answered was frozen, or cut off, and does not know yet that there is another leader.
    await readStored(log, patience, (options) => log.stream.find(options));
    if (log.stream.history !== history) return frame;
    await patience.again(new RequestFailure("lost", new Error("the stream's leader knows less than was known before")));
  }
}

/**
 * The order is what counts: first how far the log has come, then that it has nothing of the actor, then the head that
 * was parked. What left the log before the second is in the third, and what came after the first is still in the log
 * when a frame comes in time: the server would refuse it.
 */
async function findParked(log: LogContext, subject: string, actorId: string, patience: Patience): Promise<FoundHead> {
  const info = await readStored(log, patience, (options) => log.stream.info({}, options));
  const last = await findLast(log, subject, patience);
  const head = await headBehind(log, subject, last, patience);
  if (head !== undefined) return head;
  const { version = 0 } = await log.parked.find(actorId, patience) ?? {};
  // A void frame holds the place: whoever appends next expects it to be the last.
  if (last !== undefined) return { subject, version, sequence: last.sequence };
  return { subject, version, sequence: 0, reached: info?.state.last_seq ?? 0 };
}

/** Whether an actor's last frame is before one that was known when it was asked for. */
function isBefore(frame: FrameHead | undefined, known: ActorHead, { retention }: LogFacts): boolean {
  // What has expired may have left.
  return frame === undefined ? retention === undefined : frame.sequence < known.sequence;
}

async function findLast(log: LogContext, subject: string, patience: Patience): Promise<FrameHead | undefined> {
  const last = await readStored(log, patience, (options) => log.gets.last(subject, options));
  return last && decodeFrameHead(log.names, last);
}

/** The head of an actor whose last frame is known; `undefined` if no frame of it counts. */
async function headBehind(
  log: LogContext,
  subject: string,
  last: FrameHead | undefined,
  patience: Patience,
): Promise<FoundHead | undefined> {
  let frame = last;
  while (frame?.isVoid) frame = await findBefore(log, subject, frame.sequence, patience);
  if (last === undefined || frame === undefined) return undefined;
  const head = { version: frame.lastVersion, sequence: last.sequence };
  log.heads.advance(subject, head);
  log.stream.remember(frame.sequence, frame.commitId);
  return { ...head, subject, frame };
}
