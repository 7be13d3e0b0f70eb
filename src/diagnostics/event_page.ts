import type { Namespace } from "../base/namespace.ts";
import type { Position } from "../base/position.ts";
import { refuseArgument } from "../checks/refuse_argument.ts";
import type { RecordedEvent } from "../events/recorded_event.ts";
import { parseNamespace } from "../values/parse_namespace.ts";
import { comesAfter, parsePosition } from "../values/position.ts";

/** The place of an event among the events of several namespaces. The value is JSON. */
export interface CausalityCursor {
  /** The time of the append: see `RecordedEvent.timestamp`. */
  readonly timestamp: number;
  /** The namespace of the event. */
  readonly namespace: Namespace;
  /** The position of the event. */
  readonly position: Position;
}

/**
 * Checks a cursor.
 *
 * @throws {InvalidArgumentError} If the value is not a cursor.
 */
export function checkCursor(after: unknown): CausalityCursor {
  const { timestamp, namespace, position } = (after ?? {}) as Partial<CausalityCursor>;
  try {
    if (Number.isFinite(timestamp)) {
      return { timestamp: timestamp!, namespace: parseNamespace(namespace!), position: parsePosition(position!) };
    }
  } catch {
    // The error below, for the whole cursor, replaces the error of one of its properties.
  }
  return refuseArgument("after", "the property last of an earlier result, because several namespaces are read", after);
}

/** The events of one page. */
export interface SelectedEvents {
  /** The events in order, at most as many as the limit. */
  readonly events: readonly RecordedEvent[];
  /** Whether no further event was found. */
  readonly isComplete: boolean;
}

/** The first events of several namespaces: by timestamp, then by namespace, then by position. */
export class EventPage {
  readonly #limit: number;
  readonly #after: CausalityCursor | undefined;
  #events: RecordedEvent[] = [];

  /** @param after A place: the page contains only events after it. */
  constructor(limit: number, after: CausalityCursor | undefined) {
    this.#limit = limit;
    this.#after = after;
  }

  /** Adds an event, in any order. At most twice the limit of events are in memory. */
  add(event: RecordedEvent): void {
    if (this.#after !== undefined && compare(event, this.#after) <= 0) return;
    this.#events.push(event);
    if (this.#events.length > 2 * this.#limit) this.#cut();
  }

  /** Returns the page after the last call of {@link EventPage.add}. */
  finish(): SelectedEvents {
    this.#cut();
    return { events: this.#events.slice(0, this.#limit), isComplete: this.#events.length <= this.#limit };
  }

  /** Sorts the events and keeps the first: one more than the limit, to show whether the page is complete. */
  #cut(): void {
    this.#events.sort(compare);
    this.#events.length = Math.min(this.#events.length, this.#limit + 1);
  }
}

function compare(one: CausalityCursor, other: CausalityCursor): number {
  if (one.timestamp !== other.timestamp) return one.timestamp - other.timestamp;
  if (one.namespace !== other.namespace) return one.namespace < other.namespace ? -1 : 1;
  if (one.position === other.position) return 0;
  return comesAfter(one.position, other.position) ? 1 : -1;
}
