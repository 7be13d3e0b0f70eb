/**
 * Snapshot policies: when a snapshot is worth its writing. Pure functions of facts, composed from small ones.
 *
 * @module
 */
import { requireWholeNumber } from "../checks/check_whole_number.ts";
import { refuseArgument } from "../checks/refuse_argument.ts";
import { InvalidArgumentError } from "../errors/invalid_argument_error.ts";

/** What a policy goes by. Known from loading, so that nothing is read again for it. */
export interface SnapshotFacts<S = unknown> {
  /** The actor's version, which a snapshot would be of. */
  readonly version: number;
  /** Events after the snapshot that the state was loaded from; all of the actor's where there was none. 1 or more. */
  readonly eventsSince: number;
  /** Bytes of the commits of those events, each in its JSON form (what a commit's size is everywhere). */
  readonly bytesSince: number;
  /**
   * Milliseconds from the timestamp of the event that the snapshot stands on until now; from that of the actor's first
   * event where there was none.
   */
  readonly age: number;
  /** The state that would be kept. */
  readonly state: S;
}

/** Whether a snapshot is to be written. A pure function. */
export type SnapshotPolicy<S = unknown> = (facts: SnapshotFacts<S>) => boolean;

/**
 * When there are so many events since the last snapshot.
 *
 * @param events 1 or more.
 * @throws {InvalidArgumentError} If it is not such a number.
 *
 * @example
 * ```ts
 * import { everyEvents } from "@flowmade-one/aether";
 * import { assertEquals } from "@std/assert";
 *
 * const facts = { version: 250, bytesSince: 40_000, age: 1_000, state: null };
 * assertEquals(everyEvents(100)({ ...facts, eventsSince: 99 }), false);
 * assertEquals(everyEvents(100)({ ...facts, eventsSince: 100 }), true);
 * ```
 */
export function everyEvents(events: number): SnapshotPolicy {
  requireWholeNumber(events, "events", 1);
  return ({ eventsSince }) => eventsSince >= events;
}

/**
 * When the commits since the last snapshot have so many bytes.
 *
 * @param bytes 1 or more; of the commits' JSON form.
 * @throws {InvalidArgumentError} If it is not such a number.
 *
 * @example
 * ```ts
 * import { everyBytes } from "@flowmade-one/aether";
 * import { assertEquals } from "@std/assert";
 *
 * const facts = { version: 250, eventsSince: 50, age: 1_000, state: null };
 * assertEquals(everyBytes(64_000)({ ...facts, bytesSince: 63_999 }), false);
 * assertEquals(everyBytes(64_000)({ ...facts, bytesSince: 64_000 }), true);
 * ```
 */
export function everyBytes(bytes: number): SnapshotPolicy {
  requireWholeNumber(bytes, "bytes", 1);
  return ({ bytesSince }) => bytesSince >= bytes;
}

/**
 * When there is something new, and the event that the last snapshot stands on is so old.
 *
 * @param milliseconds 1 or more.
 * @throws {InvalidArgumentError} If it is not such a number.
 *
 * @example
 * ```ts
 * import { olderThan } from "@flowmade-one/aether";
 * import { assertEquals } from "@std/assert";
 *
 * const facts = { version: 250, eventsSince: 50, bytesSince: 40_000, state: null };
 * assertEquals(olderThan(60_000)({ ...facts, age: 59_999 }), false);
 * assertEquals(olderThan(60_000)({ ...facts, age: 60_000 }), true);
 * ```
 */
export function olderThan(milliseconds: number): SnapshotPolicy {
  requireWholeNumber(milliseconds, "milliseconds", 1, undefined, "milliseconds");
  return ({ age }) => age >= milliseconds;
}

/**
 * When a predicate says so: of the state, for instance.
 *
 * @param predicate A pure function.
 * @throws {InvalidArgumentError} If it is not a function.
 *
 * @example
 * ```ts
 * import { when } from "@flowmade-one/aether";
 * import { assertEquals } from "@std/assert";
 *
 * const whenClosed = when<{ isClosed: boolean }>(({ state }) => state.isClosed);
 * const facts = { version: 250, eventsSince: 50, bytesSince: 40_000, age: 1_000 };
 * assertEquals(whenClosed({ ...facts, state: { isClosed: true } }), true);
 * ```
 */
export function when<S>(predicate: SnapshotPolicy<S>): SnapshotPolicy<S> {
  checkPolicy(predicate, "predicate");
  return predicate;
}

/**
 * When one of several policies says so. They are asked in order, and not any further than needed.
 *
 * @param policies One or more.
 * @throws {InvalidArgumentError} If there is none, or one is not a function.
 *
 * @example
 * ```ts
 * import { anyOf, everyBytes, everyEvents } from "@flowmade-one/aether";
 * import { assertEquals } from "@std/assert";
 *
 * const policy = anyOf(everyEvents(500), everyBytes(64_000));
 * assertEquals(policy({ version: 500, eventsSince: 500, bytesSince: 9_000, age: 1_000, state: null }), true);
 * ```
 */
export function anyOf<S>(...policies: SnapshotPolicy<NoInfer<S>>[]): SnapshotPolicy<S>;
/** The same where nothing but the policies tells what the state is. */
export function anyOf<S>(...policies: SnapshotPolicy<S>[]): SnapshotPolicy<S>;
export function anyOf<S>(...policies: SnapshotPolicy<S>[]): SnapshotPolicy<S> {
  checkPolicies(policies, "anyOf");
  return (facts) => policies.some((policy) => policy(facts));
}

/**
 * When all of several policies say so. They are asked in order, and not any further than needed.
 *
 * @param policies One or more.
 * @throws {InvalidArgumentError} If there is none, or one is not a function.
 *
 * @example
 * ```ts
 * import { allOf, everyEvents, olderThan } from "@flowmade-one/aether";
 * import { assertEquals } from "@std/assert";
 *
 * const policy = allOf(everyEvents(50), olderThan(60_000));
 * assertEquals(policy({ version: 500, eventsSince: 500, bytesSince: 9_000, age: 1_000, state: null }), false);
 * ```
 */
export function allOf<S>(...policies: SnapshotPolicy<NoInfer<S>>[]): SnapshotPolicy<S>;
/** The same where nothing but the policies tells what the state is. */
export function allOf<S>(...policies: SnapshotPolicy<S>[]): SnapshotPolicy<S>;
export function allOf<S>(...policies: SnapshotPolicy<S>[]): SnapshotPolicy<S> {
  checkPolicies(policies, "allOf");
  return (facts) => policies.every((policy) => policy(facts));
}

/**
 * Never: snapshots that others write are used, and none is written.
 *
 * @example
 * ```ts
 * import { never } from "@flowmade-one/aether";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(never({ version: 9, eventsSince: 9, bytesSince: 900, age: 1_000, state: null }), false);
 * ```
 */
export function never(_facts: SnapshotFacts): boolean {
  return false;
}

/** Refuses what is no policy. */
export function checkPolicy(policy: unknown, name: string): void {
  if (typeof policy !== "function") refuseArgument(name, "a snapshot policy, such as everyEvents(100)", policy);
}

function checkPolicies(policies: readonly unknown[], of: string): void {
  if (policies.length === 0) {
    throw new InvalidArgumentError(`${of} needs one policy or more`, { argument: "policies" });
  }
  policies.forEach((policy, i) => checkPolicy(policy, `policies[${i}]`));
}
