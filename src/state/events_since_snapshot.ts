import { encodeCommit } from "../commits/encode_commit.ts";
import type { RecordedEvent } from "../events/recorded_event.ts";
import { isEndOfCommit } from "../values/position.ts";
import type { SnapshotFacts } from "./snapshot_policy.ts";

/**
 * The number of events to hold for counting their bytes, in case a policy asks for these. Policies usually keep it
 * lower.
 */
const MAX_HELD = 4_096;

/** The events of an actor since its snapshot, as facts for the policy that decides on the next snapshot. */
export class EventsSinceSnapshot {
  /** The version of the snapshot; 0 without one. */
  readonly snapshotVersion: number;
  /** The last event. */
  #last: RecordedEvent | undefined;
  /** The timestamp of the snapshot's anchor event, or of the first event. */
  #since: number | undefined;
  /**
   * Encoding an event costs more than loading it. Their bytes are counted only when a policy asks, or when too many are
   * held.
   */
  #held: RecordedEvent[] = [];
  #bytes = 0;

  /** @param stand The anchor event of the snapshot; `undefined` without a snapshot. */
  constructor(stand?: RecordedEvent) {
    this.snapshotVersion = stand?.version ?? 0;
    this.#since = stand?.timestamp;
  }

  /** The last event since the snapshot; `undefined` if there was none. */
  get last(): RecordedEvent | undefined {
    return this.#last;
  }

  /** Takes the next event. */
  add(event: RecordedEvent): void {
    this.#since ??= event.timestamp;
    this.#last = event;
    this.#held.push(event);
    if (this.#held.length >= MAX_HELD && isEndOfCommit(event.position)) this.#count();
  }

  /** The facts for a state at a time. Requires at least one event. */
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
    for (const event of this.#held) {
      events.push(event);
      if (!isEndOfCommit(event.position)) continue;
      this.#bytes += encodeCommit({ timestamp: event.timestamp, events }).length;
      events = [];
    }
    this.#held = events;
    return this.#bytes;
  }
}
