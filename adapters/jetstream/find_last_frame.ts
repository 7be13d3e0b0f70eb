import { decodeFrameHead, type FrameHead } from "./frame.ts";
import type { LogContext } from "./log_context.ts";
import { actorSubject } from "./names.ts";
import type { Patience } from "./patience.ts";
import { readStored } from "./read_stored.ts";

/** An actor's last frame, and its subject. */
export interface LastFrame {
  readonly subject: string;
  /** Absent if the actor has none. */
  readonly frame?: FrameHead;
}

/** Finds an actor's last frame; `undefined` if the namespace has no log. */
export async function findLastFrame(
  log: LogContext,
  actorId: string,
  patience: Patience,
): Promise<LastFrame | undefined> {
  const { stream, names, gets, heads } = log;
  const facts = await readStored(log, patience, (options) => stream.find(options));
  if (facts === undefined) return undefined;
  const subject = actorSubject(names, facts.partitions, actorId);
  const last = await readStored(log, patience, (options) => gets.last(subject, options));
  if (last === undefined) return { subject };
  const frame = decodeFrameHead(names, last);
  heads.advance(subject, { version: frame.lastVersion, sequence: frame.sequence });
  return { subject, frame };
}
