import { InvalidArgumentError } from "../errors/invalid_argument_error.ts";
import { quote } from "../base/quote.ts";
import { MAX_EVENTS_PER_COMMIT } from "../base/limits.ts";
import type { Position } from "../base/position.ts";
import { LOG_IDENTITY_LENGTH } from "./log_identity.ts";

// A position is `<log identity>-<16 digits>`. The digits combine a commit's offset in the log and an event's index in
// the commit, in one number of fixed width. The last event of each commit has the index LAST_INDEX, even if the commit
// has few events. A reader that passes such a position has read the whole commit. This holds even after the commit has
// expired.

/** Numbers reserved for the events of one commit: a power of two above {@link MAX_EVENTS_PER_COMMIT}. */
const SLOTS = 1_024;
const LAST_INDEX = SLOTS - 1;

/** Added so that the number of every position has 16 digits; a multiple of SLOTS. */
const BASE = 1_000_000_000_000_000;

/** Splits the 16-digit number of a position into two numbers of 8 digits. */
const HALF = 100_000_000;

const HYPHEN = "-".charCodeAt(0);
const ZERO = "0".charCodeAt(0);

/** The index of the first digit in a position. */
const DIGITS = LOG_IDENTITY_LENGTH + 1;

/** The greatest offset of a commit: 7.8 * 10^12 commits in one namespace. */
export const MAX_OFFSET: number = Math.floor((Number.MAX_SAFE_INTEGER - BASE) / SLOTS) - 1;

/**
 * Makes the position of an event.
 *
 * @param identity The identity of the log.
 * @param offset The offset of the commit in the log.
 * @param index The index of the event in the commit.
 * @param count The number of events in the commit.
 */
export function toPosition(identity: string, offset: number, index: number, count: number): Position {
  const number = BASE + offset * SLOTS + (index === count - 1 ? LAST_INDEX : index);
  const high = Math.floor(number / HALF);
  const low = number - high * HALF;
  // A template literal would create a tree of two strings: 32 bytes more for each event in memory, and slower to
  // compare. `[identity, number].join("-")` takes twice the time.
  return String.fromCharCode(
    identity.charCodeAt(0),
    identity.charCodeAt(1),
    identity.charCodeAt(2),
    identity.charCodeAt(3),
    identity.charCodeAt(4),
    identity.charCodeAt(5),
    identity.charCodeAt(6),
    identity.charCodeAt(7),
    identity.charCodeAt(8),
    identity.charCodeAt(9),
    identity.charCodeAt(10),
    identity.charCodeAt(11),
    HYPHEN,
    digit(high / 10_000_000),
    digit(high / 1_000_000),
    digit(high / 100_000),
    digit(high / 10_000),
    digit(high / 1_000),
    digit(high / 100),
    digit(high / 10),
    digit(high),
    digit(low / 10_000_000),
    digit(low / 1_000_000),
    digit(low / 100_000),
    digit(low / 10_000),
    digit(low / 1_000),
    digit(low / 100),
    digit(low / 10),
    digit(low),
  ) as Position;
}

/** The character code of the units digit of a number below 10^8. A fraction is ignored. */
function digit(number: number): number {
  return ZERO + (number | 0) % 10;
}

/** The position of the last event of a commit. */
export function endOfCommit(identity: string, offset: number): Position {
  return toPosition(identity, offset, 0, 1);
}

/** The identity of the log that a position belongs to. */
export function logIdentityOf(position: Position): string {
  return position.slice(0, LOG_IDENTITY_LENGTH);
}

/** Whether a position belongs to the last event of its commit. */
export function isEndOfCommit(position: Position): boolean {
  return numberOf(position) % SLOTS === LAST_INDEX;
}

/** The offset of the commit that an event belongs to. */
export function offsetOf(position: Position): number {
  return Math.floor((numberOf(position) - BASE) / SLOTS);
}

/**
 * The offset of the first commit that has events after a position. It is the same commit, or the next one if the
 * position is the end of its commit.
 */
export function offsetAfter(position: Position): number {
  return offsetOf(position) + (isEndOfCommit(position) ? 1 : 0);
}

/** Whether a position comes after another in the same log. The identities of the log are not compared. */
export function comesAfter(position: Position, other: Position): boolean {
  return position.slice(DIGITS) > other.slice(DIGITS);
}

/**
 * Checks that a string has the form of a position, such as a position that was read from a file.
 *
 * @param value 12 characters of `0-9 a-f`, `-`, and 16 digits. Whether a log contains the position is not checked.
 * @returns The same string, typed.
 * @throws {InvalidArgumentError} If it has another form. Positions of 16 digits, from versions before 0.1, are refused
 * because they do not name their log.
 *
 * @example
 * ```ts
 * import { parsePosition } from "@flowmade-one/aether";
 * import { memory } from "@flowmade-one/aether/memory";
 * import { assertEquals } from "@std/assert";
 *
 * const store = memory().store("tenant-a");
 * const { position } = await store.append("cart.7", [{ type: "Opened", data: {} }], { expectedVersion: 0 });
 * const kept = JSON.stringify({ position });
 * const after = parsePosition(JSON.parse(kept).position);
 * assertEquals(await store.readAll({ after }).toArray(), []);
 * ```
 */
export function parsePosition(value: string): Position {
  if (typeof value === "string" && POSITION.test(value) && isValidNumber(Number(value.slice(DIGITS)))) {
    return value as Position;
  }
  const problem = typeof value === "string" && OLD_POSITION.test(value)
    ? `it does not name its log, like all positions of versions before 0.1. Start again with after: "start"`
    : "it does not have the form of one. Pass the position of an event or of an append unchanged";
  throw new InvalidArgumentError(`Cannot use ${quote(value)} as a position: ${problem}`, { argument: "position" });
}

const POSITION = /^[0-9a-f]{12}-\d{16}$/;
const OLD_POSITION = /^\d{16}$/;

function isValidNumber(number: number): boolean {
  if (number < BASE + SLOTS || number > Number.MAX_SAFE_INTEGER) return false;
  const index = number % SLOTS;
  return index === LAST_INDEX || index < MAX_EVENTS_PER_COMMIT - 1;
}

function numberOf(position: Position): number {
  return Number(position.slice(DIGITS));
}
