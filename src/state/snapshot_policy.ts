/**
 * Snapshot policies decide when to write a snapshot. They are pure functions of {@link SnapshotFacts}, and larger
 * policies are composed of small ones.
 *
 * @module
 */
import { requireWholeNumber } from "../checks/check_whole_number.ts";
import { refuseArgument } from "../checks/refuse_argument.ts";
import { InvalidArgumentError } from "../errors/invalid_argument_error.ts";

/** The facts that a policy receives. Loading has collected them: a policy causes no read. */
export interface SnapshotFacts<S = unknown> {
  /** The actor's version, which the snapshot would have. */
  readonly version: number;
  /**
   * The number of events after the snapshot that loading started from. Without a snapshot, all events of the actor. 1
   * or more.
   */
  readonly eventsSince: number;
  /** The bytes of the commits of those events in JSON form. */
  readonly bytesSince: number;
  /**
   * Milliseconds since the timestamp of the snapshot's anchor event. Without a snapshot, since the timestamp of the
   * actor's first event.
   */
  readonly age: number;
  /** The state that the snapshot would contain. */
  readonly state: S;
}

/** Returns whether to write a snapshot. It must be a pure function. */
export type SnapshotPolicy<S = unknown> = (facts: SnapshotFacts<S>) => boolean;

/**
 * A policy that writes a snapshot after a number of events since the last one.
 *
 * @param events The number of events; 1 or more.
 * @throws {InvalidArgumentError} If it is not a whole number of 1 or more.
 *
 * @example
 * ```ts
 * import { everyEvents } from "@flowmade-one/aether/snapshots";
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
 * A policy that writes a snapshot when the commits since the last one reach a number of bytes.
 *
 * @param bytes The bytes of the commits in JSON form; 1 or more.
 * @throws {InvalidArgumentError} If it is not a whole number of 1 or more.
 *
 * @example
 * ```ts
 * import { everyBytes } from "@flowmade-one/aether/snapshots";
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
 * A policy that writes a snapshot when the last one is older than a time and the actor has newer events. The age of a
 * snapshot is the age of its anchor event.
 *
 * @param milliseconds The age; 1 or more.
 * @throws {InvalidArgumentError} If it is not a whole number of 1 or more.
 *
 * @example
 * ```ts
 * import { olderThan } from "@flowmade-one/aether/snapshots";
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
 * A policy that writes a snapshot when a predicate returns true, such as a predicate over the state.
 *
 * @param predicate A pure function.
 * @throws {InvalidArgumentError} If it is not a function.
 *
 * @example
 * ```ts
 * import { when } from "@flowmade-one/aether/snapshots";
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
 * A policy that writes a snapshot when at least one of several policies does. They are called in order until one
 * returns true.
 *
 * @param policies One or more.
 * @throws {InvalidArgumentError} If the list is empty, or a policy is not a function.
 *
 * @example
 * ```ts
 * import { anyOf, everyBytes, everyEvents } from "@flowmade-one/aether/snapshots";
 * import { assertEquals } from "@std/assert";
 *
 * const policy = anyOf(everyEvents(500), everyBytes(64_000));
 * assertEquals(policy({ version: 500, eventsSince: 500, bytesSince: 9_000, age: 1_000, state: null }), true);
 * ```
 */
export function anyOf<S>(...policies: SnapshotPolicy<NoInfer<S>>[]): SnapshotPolicy<S>;
/** The same for a state whose type only the policies determine. */
export function anyOf<S>(...policies: SnapshotPolicy<S>[]): SnapshotPolicy<S>;
export function anyOf<S>(...policies: SnapshotPolicy<S>[]): SnapshotPolicy<S> {
  checkPolicies(policies, "anyOf");
  return (facts) => policies.some((policy) => policy(facts));
}

/**
 * A policy that writes a snapshot when all of several policies do. They are called in order until one returns false.
 *
 * @param policies One or more.
 * @throws {InvalidArgumentError} If the list is empty, or a policy is not a function.
 *
 * @example
 * ```ts
 * import { allOf, everyEvents, olderThan } from "@flowmade-one/aether/snapshots";
 * import { assertEquals } from "@std/assert";
 *
 * const policy = allOf(everyEvents(50), olderThan(60_000));
 * assertEquals(policy({ version: 500, eventsSince: 500, bytesSince: 9_000, age: 1_000, state: null }), false);
 * ```
 */
export function allOf<S>(...policies: SnapshotPolicy<NoInfer<S>>[]): SnapshotPolicy<S>;
/** The same for a state whose type only the policies determine. */
export function allOf<S>(...policies: SnapshotPolicy<S>[]): SnapshotPolicy<S>;
export function allOf<S>(...policies: SnapshotPolicy<S>[]): SnapshotPolicy<S> {
  checkPolicies(policies, "allOf");
  return (facts) => policies.every((policy) => policy(facts));
}

/**
 * A policy that never writes a snapshot. Loads still use the snapshots of other writers.
 *
 * @example
 * ```ts
 * import { never } from "@flowmade-one/aether/snapshots";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(never({ version: 9, eventsSince: 9, bytesSince: 900, age: 1_000, state: null }), false);
 * ```
 */
export function never(_facts: SnapshotFacts): boolean {
  return false;
}

/** Refuses a value that is not a policy. */
export function checkPolicy(policy: unknown, name: string): void {
  if (typeof policy !== "function") refuseArgument(name, "a snapshot policy, such as everyEvents(100)", policy);
}

function checkPolicies(policies: readonly unknown[], of: string): void {
  if (policies.length === 0) {
    throw new InvalidArgumentError(`${of} needs at least one policy`, { argument: "policies" });
  }
  policies.forEach((policy, i) => checkPolicy(policy, `policies[${i}]`));
}
