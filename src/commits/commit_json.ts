import type { CommitContent, PreparedEvent } from "./commit.ts";
import { prepareEvent } from "./prepare_event.ts";

/** The JSON form of a commit as a value: what is in it beside its actor, its id and its versions. */
export interface CommitJson {
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** 1 to 1,000, oldest first. */
  readonly events: readonly EventJson[];
}

/** An event in the JSON form of a commit. */
export interface EventJson {
  /** 1 to 128 visible ASCII characters. */
  readonly id: string;
  /** 1 to 200 bytes of UTF-8. */
  readonly type: string;
  /** JSON. */
  readonly data: unknown;
  /** Pairs of strings; left out where there is none. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** The JSON form of a commit. Data and metadata are those of the commit itself: frozen, not copied. */
export function toCommitJson({ timestamp, events }: CommitContent): CommitJson {
  return { time: timestamp, events: events.map(toEventJson) };
}

function toEventJson({ id, type, data, metadata }: PreparedEvent): EventJson {
  const pairs = metadata as Readonly<Record<string, string>>;
  return Object.keys(pairs).length === 0 ? { id, type, data } : { id, type, data, metadata: pairs };
}

/**
 * The content of a commit whose JSON form came from foreign code: checked like appended events, and copied.
 *
 * @param value Anything.
 * @returns Frozen throughout.
 * @throws {TypeError} If it is no such form; the message says what is wrong.
 * @throws {InvalidEventError} If an event is none that could be appended; the error names the path.
 */
export function fromCommitJson(value: unknown): CommitContent {
  if (typeof value !== "object" || value === null) throw new TypeError("a commit is not an object");
  const { time, events } = value as Partial<CommitJson>;
  if (!Number.isSafeInteger(time)) throw new TypeError("its time is not a whole number");
  if (!Array.isArray(events) || events.length === 0) throw new TypeError("it has no events");
  const prepared = Array.from(events, (event, i) => fromEventJson(event, `events[${i}]`));
  return Object.freeze({ timestamp: time!, events: Object.freeze(prepared) });
}

function fromEventJson(value: unknown, path: string): PreparedEvent {
  if (typeof value !== "object" || value === null) throw new TypeError(`${path} is not an object`);
  // Further members are for newer versions.
  const { id, type, data, metadata } = value as Partial<EventJson>;
  const { event } = prepareEvent({ id, type, data, metadata }, path, { newId: noId, maxCommitBytes: Infinity });
  return Object.freeze(event);
}

function noId(): string {
  throw new TypeError("an event has no id");
}
