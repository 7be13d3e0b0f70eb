import type { JsMsg } from "@nats-io/jetstream";
import type { RecordedEvent } from "../../mod.ts";

/** The minimum of the number in a position. Each position therefore has 16 digits. */
const FIRST_POSITION = 1_000_000_000_000_000;
/** The number of positions of one commit. The last event of a commit has the last of these positions. */
const PLACES = 1_024;

/** The body of a commit message. */
interface CommitBody {
  readonly time: number;
  readonly events: readonly {
    id: string;
    type: string;
    v?: number;
    data: unknown;
    metadata?: Record<string, string>;
  }[];
}

/**
 * The recorded events of a commit message, as a user of nats.js would make them by hand: from headers, subject and
 * body, and frozen. The function checks nothing. It expects an actor id that is equal to its encoded form.
 */
export function recordedByHand(message: JsMsg, namespace: string): RecordedEvent[] {
  const { headers, subject, seq } = message;
  const firstVersion = Number(headers!.get("Aether-Version"));
  const commitId = headers!.get("Aether-Commit");
  const identity = headers!.get("Aether-Log");
  const actorId = subject.split(".").slice(4).join(".");
  const { time: timestamp, events } = message.json<CommitBody>();
  return events.map(({ id, type, v = 1, data, metadata = {} }, i) => {
    const place = i === events.length - 1 ? PLACES - 1 : i;
    return Object.freeze({
      id,
      type,
      schemaVersion: v,
      namespace,
      actorId,
      version: firstVersion + i,
      position: `${identity}-${FIRST_POSITION + seq * PLACES + place}`,
      commitId,
      timestamp,
      data: deepFreeze(data),
      metadata: deepFreeze(metadata),
    }) as unknown as RecordedEvent;
  });
}

/** Freezes a value and everything in it. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  for (const child of Object.values(value)) deepFreeze(child);
  return Object.freeze(value);
}
