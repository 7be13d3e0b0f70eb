import type { LogContext } from "./log_context.ts";
import type { Patience } from "./patience.ts";
import { readStored } from "./read_stored.ts";
import type { StoredMessage } from "./stored_message.ts";

/** The commit that a reader stands on: as long as it is in its place, what comes after it is what follows. */
export interface Foothold {
  readonly sequence: number;
  readonly commitId: string;
}

/** The foothold of whoever has read as far as a message. */
export function footholdAt({ sequence, headers }: StoredMessage): Foothold {
  return { sequence, commitId: headers?.get("Aether-Commit") ?? "" };
}

/** The foothold of whoever begins to read at a sequence; `undefined` if there is none before it, or not any more. */
export async function footholdBefore(
  log: LogContext,
  start: number,
  patience: Patience,
): Promise<Foothold | undefined> {
  if (start === 1) return undefined;
  const message = await messageAt(log, start - 1, patience);
  return message && footholdAt(message);
}

/** Whether a foothold is still there; `undefined` if nothing is in its place. */
export async function holds(log: LogContext, foothold: Foothold, patience: Patience): Promise<boolean | undefined> {
  const message = await messageAt(log, foothold.sequence, patience);
  return message && footholdAt(message).commitId === foothold.commitId;
}

async function messageAt(log: LogContext, sequence: number, patience: Patience): Promise<StoredMessage | undefined> {
  const { gets, names } = log;
  const message = await readStored(log, patience, (options) => gets.next(names.allActors, sequence, options));
  return message?.sequence === sequence ? message : undefined;
}
