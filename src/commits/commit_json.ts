import { MAX_EVENTS_PER_COMMIT } from "../base/limits.ts";
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
  const { time, events } = checkCommitJson(value);
  const prepared = Array.from(events, fromEventJson);
  return Object.freeze({ timestamp: time, events: Object.freeze(prepared) });
}

/**
 * Checks a commit in its JSON form, without its events.
 *
 * @throws {TypeError} If it is no such form; the message says what is wrong.
 */
export function checkCommitJson(value: unknown): { readonly time: number; readonly events: readonly unknown[] } {
  if (!isPlain(value)) throw new TypeError("a commit is not an object");
  const { time, events } = value as Partial<CommitJson>;
  if (!Number.isSafeInteger(time)) throw new TypeError("its time is not a whole number");
  if (!Array.isArray(events) || events.length === 0) throw new TypeError("it has no events");
  if (events.length > MAX_EVENTS_PER_COMMIT) {
    throw new TypeError(`it has ${events.length} events, ${MAX_EVENTS_PER_COMMIT} at most`);
  }
  return { time: time!, events };
}

/**
 * Checks that an event in the JSON form of a commit is an object.
 *
 * @throws {TypeError} If it is none.
 */
export function checkEventJson(value: unknown, i: number): { readonly [K in keyof EventJson]?: unknown } {
  if (!isPlain(value)) throw new TypeError(`events[${i}] is not an object`);
  return value;
}

function isPlain(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function fromEventJson(value: unknown, i: number): PreparedEvent {
  const { id, type, data, metadata } = checkEventJson(value, i);
  // Further members are for newer versions.
  const { event } = prepareEvent({ id, type, data, metadata }, `events[${i}]`, {
    newId: noId,
    maxCommitBytes: Infinity,
  });
  return Object.freeze(event);
}

function noId(): string {
  throw new TypeError("an event has no id");
}
