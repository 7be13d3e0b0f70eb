import { encodeCommit } from "../commits/encode_commit.ts";
import type { RecordedEvent } from "../events/recorded_event.ts";
import { isEndOfCommit } from "../values/position.ts";
import type { SnapshotFacts } from "./snapshot_policy.ts";

/** Maximum number of events whose bytes are not counted yet. It limits memory between two snapshots. */
const MAX_UNCOUNTED = 4_096;

/** The events of an actor since its snapshot. The snapshot policy receives facts about them. */
export class EventsSinceSnapshot {
  /** The version of the snapshot; 0 without a snapshot. */
  readonly snapshotVersion: number;
  /** The last event since the snapshot. */
  #last: RecordedEvent | undefined;
  /** The timestamp of the snapshot's anchor event, or of the first event. */
  #since: number | undefined;
  /**
   * The events whose bytes are not counted yet. Encoding an event costs more than loading it. Bytes are therefore
   * counted only when a policy reads them, or when the list is full.
   */
  #uncounted: RecordedEvent[] = [];
  #bytes = 0;

  /** @param anchor The anchor event of the snapshot; `undefined` without a snapshot. */
  constructor(anchor?: RecordedEvent) {
    this.snapshotVersion = anchor?.version ?? 0;
    this.#since = anchor?.timestamp;
  }

  /** The last event since the snapshot; `undefined` if there was none. */
  get last(): RecordedEvent | undefined {
    return this.#last;
  }

  /** Adds the next event. */
  add(event: RecordedEvent): void {
    this.#since ??= event.timestamp;
    this.#last = event;
    this.#uncounted.push(event);
    if (this.#uncounted.length >= MAX_UNCOUNTED && isEndOfCommit(event.position)) this.#count();
  }

  /** The facts for the policy. Requires at least one event since the snapshot. */
  facts<S>(state: S, now: number): SnapshotFacts<S> {
    const { version } = this.#last!;
    const bytes = () => this.#count();
    return {
      version,
      eventsSince: version - this.snapshotVersion,
      get bytesSince() {
        return bytes();
      },
      age: now - this.#since!,
      state,
    };
  }

  #count(): number {
    let events: RecordedEvent[] = [];
    for (const event of this.#uncounted) {
      events.push(event);
      if (!isEndOfCommit(event.position)) continue;
      this.#bytes += encodeCommit({ timestamp: event.timestamp, events }).length;
      events = [];
    }
    this.#uncounted = events;
    return this.#bytes;
  }
}
