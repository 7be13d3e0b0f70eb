import { encodeCommit } from "../commits/encode_commit.ts";
import type { RecordedEvent } from "../events/recorded_event.ts";
import { isEndOfCommit } from "../values/position.ts";
import type { SnapshotFacts } from "./snapshot_policy.ts";

/** So many events are held at most, to be counted if a policy asks for their bytes. Policies see to it that there are fewer. */
const MAX_HELD = 4_096;

/** What an actor has had since its snapshot, for the policy that decides on the next. */
export class EventsSinceSnapshot {
  /** The version of the snapshot; 0 where there is none. */
  readonly snapshotVersion: number;
  /** The last event. */
  #last: RecordedEvent | undefined;
  /** The timestamp of the event that the snapshot stands on, or of the first event. */
  #since: number | undefined;
  /** Encoding costs more than loading does, so that events are counted when it is asked for, or when there are too many. */
  #held: RecordedEvent[] = [];
  #bytes = 0;

  /** @param stand The event that the snapshot stands on; `undefined` where there is none. */
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

  /** The facts, given the state that the events led to, and the time. Needs an event. */
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
