import { InvalidArgumentError } from "../errors/invalid_argument_error.ts";
import { quote } from "../base/quote.ts";
import { MAX_EVENTS_PER_COMMIT } from "../base/limits.ts";
import type { Position } from "../base/position.ts";

// A position is a commit's offset in the log and an event's index in the commit, in one number of fixed width. The last
// event of a commit has the index LAST whatever its number, so that a reader who has seen it knows, also when the commit
// has expired since, that nothing of that commit is missing.

/** Slots for the events of one commit: a power of two above {@link MAX_EVENTS_PER_COMMIT}. */
const SLOTS = 1_024;
const LAST = SLOTS - 1;

/** Added so that every position has 16 digits; a multiple of SLOTS. */
const BASE = 1_000_000_000_000_000;

/** The greatest offset of a commit: 7.8 million million commits in one namespace. */
export const MAX_OFFSET: number = Math.floor((Number.MAX_SAFE_INTEGER - BASE) / SLOTS) - 1;

/** The position of an event by its commit's offset, and its index among so many events. */
export function toPosition(offset: number, index: number, count: number): Position {
  return String(BASE + offset * SLOTS + (index === count - 1 ? LAST : index)) as Position;
}

/** The position of the last event of a commit. */
export function endOfCommit(offset: number): Position {
  return toPosition(offset, 0, 1);
}

/** Whether a position is that of the last event of its commit. */
export function isEndOfCommit(position: Position): boolean {
  return Number(position) % SLOTS === LAST;
}

/** The offset of the commit that an event belongs to. */
export function offsetOf(position: Position): number {
  return Math.floor((Number(position) - BASE) / SLOTS);
}

/** The offset at which to read on after a position: of the next commit, or of its own where the commit has a rest. */
export function offsetAfter(position: Position): number {
  return offsetOf(position) + (isEndOfCommit(position) ? 1 : 0);
}

/**
 * Checks that a text has the form of a position, such as one that was kept in a file.
 *
 * @param text 16 digits. Whether it belongs to a namespace shows only when it is read from.
 * @returns The same text, typed.
 * @throws {InvalidArgumentError} It has not.
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
 * assertEquals(await store.readAll({ after }).collect(), []);
 * ```
 */
export function parsePosition(text: string): Position {
  if (typeof text !== "string" || !/^\d{16}$/.test(text) || !isPlace(Number(text))) {
    throw new InvalidArgumentError(`${quote(text)} is not a position: it must be the text of one that was read`, {
      argument: "position",
    });
  }
  return text as Position;
}

function isPlace(number: number): boolean {
  if (number < BASE + SLOTS || number > Number.MAX_SAFE_INTEGER) return false;
  const index = number % SLOTS;
  return index === LAST || index < MAX_EVENTS_PER_COMMIT - 1;
}
