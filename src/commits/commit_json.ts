import { MAX_EVENTS_PER_COMMIT } from "../base/limits.ts";
import { quote } from "../base/quote.ts";
import type { CommitContent, PreparedEvent } from "./commit.ts";
import { prepareEvent } from "./prepare_event.ts";

/** The JSON form of a commit as a value. It does not contain the actor, the commit id and the versions. */
export interface CommitJson {
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** 1 to 1,000 events, oldest first. */
  readonly events: readonly EventJson[];
}

/** An event in the JSON form of a commit. */
export interface EventJson {
  /** 1 to 128 visible ASCII characters. */
  readonly id: string;
  /** 1 to 200 bytes of UTF-8. */
  readonly type: string;
  /** The version of the data's shape, 2 to 65,535; absent for 1. */
  readonly v?: number;
  /** A JSON value. */
  readonly data: unknown;
  /** Pairs of strings; absent if there are none. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** The JSON form of a commit. Data and metadata are the frozen objects of the commit, not copies. */
export function toCommitJson({ timestamp, events }: CommitContent): CommitJson {
  return { time: timestamp, events: events.map(toEventJson) };
}

function toEventJson({ id, type, schemaVersion, data, metadata }: PreparedEvent): EventJson {
  const pairs = metadata as Readonly<Record<string, string>>;
  const hasMetadata = Object.keys(pairs).length > 0;
  if (schemaVersion !== 1) return { id, type, v: schemaVersion, data, ...(hasMetadata && { metadata: pairs }) };
  return hasMetadata ? { id, type, data, metadata: pairs } : { id, type, data };
}

/**
 * Returns the content of a commit from its JSON form. An adapter that encodes commits itself calls it. The events are
 * checked like appended events, and copied.
 *
 * @param value Any value.
 * @returns The content, deeply frozen.
 * @throws {TypeError} If the value is not the JSON form of a commit; the message names the problem.
 * @throws {InvalidEventError} If an event could not be appended; the error names the path.
 */
export function fromCommitJson(value: unknown): CommitContent {
  const { time, events } = checkCommitJson(value);
  const prepared = Array.from(events, fromEventJson);
  return Object.freeze({ timestamp: time, events: Object.freeze(prepared) });
}

const COMMIT_MEMBERS: ReadonlySet<string> = new Set(["time", "events"]);
const EVENT_MEMBERS: ReadonlySet<string> = new Set(["id", "type", "v", "data", "metadata"]);
/** Number of required members of an event: `id`, `type` and `data`. */
const REQUIRED_MEMBERS = 3;

/**
 * Checks the JSON form of a commit, except for its events.
 *
 * A later release may add a member that changes the meaning of the others. An unknown member is therefore refused,
 * unless its name begins with `_`.
 *
 * @throws {TypeError} If the value is not the JSON form of a commit; the message names the problem.
 */
export function checkCommitJson(value: unknown): { readonly time: number; readonly events: readonly unknown[] } {
  if (!isPlain(value)) throw new TypeError("a commit is not an object");
  if (Object.keys(value).length !== COMMIT_MEMBERS.size) refuseUnknown(value, COMMIT_MEMBERS, "it");
  const { time, events } = value as Partial<CommitJson>;
  if (!Number.isSafeInteger(time)) throw new TypeError("its time is not a whole number");
  if (!Array.isArray(events) || events.length === 0) throw new TypeError("it has no events");
  if (events.length > MAX_EVENTS_PER_COMMIT) {
    throw new TypeError(`it has ${events.length} events, ${MAX_EVENTS_PER_COMMIT} at most`);
  }
  return { time: time!, events };
}

/**
 * Checks that an event in the JSON form of a commit is an object without unknown members: see {@link checkCommitJson}.
 *
 * @throws {TypeError} If the value is not such an object.
 */
export function checkEventJson(value: unknown, i: number): { readonly [K in keyof EventJson]?: unknown } {
  if (!isPlain(value)) throw new TypeError(`events[${i}] is not an object`);
  const { v, metadata } = value as Partial<EventJson>;
  // Counting the members is several times faster than comparing their names. The required members are checked later.
  const known = REQUIRED_MEMBERS + (v === undefined ? 0 : 1) + (metadata === undefined ? 0 : 1);
  if (Object.keys(value).length !== known) refuseUnknown(value, EVENT_MEMBERS, `events[${i}]`);
  return value;
}

function refuseUnknown(value: object, known: ReadonlySet<string>, path: string): void {
  const unknown = Object.keys(value).find((name) => !known.has(name) && !name.startsWith("_"));
  if (unknown !== undefined) throw new TypeError(`${path} has an unknown member ${quote(unknown)}`);
}

function isPlain(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function fromEventJson(value: unknown, i: number): PreparedEvent {
  const { id, type, v: schemaVersion, data, metadata } = checkEventJson(value, i);
  const settings = { newId: noId, maxCommitBytes: Infinity };
  const { event } = prepareEvent({ id, type, schemaVersion, data, metadata }, `events[${i}]`, settings);
  return Object.freeze(event);
}

function noId(): string {
  throw new TypeError("an event has no id");
}
