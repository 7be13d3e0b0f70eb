import { checkFunction, requireFunction } from "../checks/check_function.ts";
import { checkOptions } from "../checks/check_options.ts";
import { checkWholeNumber, requireWholeNumber } from "../checks/check_whole_number.ts";
import { refuseArgument } from "../checks/refuse_argument.ts";
import type { Json } from "../events/event_map.ts";
import { MAX_SNAPSHOTS_KEPT } from "../base/limits.ts";
import type { Namespace } from "../base/namespace.ts";
import { checkEvolver } from "./check_arguments.ts";
import { checkPolicy, type SnapshotPolicy } from "./snapshot_policy.ts";

/** Settings of the snapshots of a decider's actors. */
export interface SnapshotSettings<S> {
  /**
   * The version of the state's shape; a whole number, 0 or more. Change it whenever `initial` or `evolve` would derive
   * another state from the same events. Different deciders of the same actors must use different numbers. Snapshots of
   * another schema are ignored.
   */
  readonly schema: number;
  /**
   * Decides when a snapshot is written. Called after a load or an execution that found events since the last snapshot.
   */
  readonly policy: SnapshotPolicy<S>;
  /**
   * The number of snapshots to keep per actor, newest first; 1 to 100, by default 1. After the log was restored,
   * snapshots may remain whose versions the actor has not reached. Such snapshots do not count, and are kept until the
   * actor has passed their versions. In total, at most 100 snapshots of an actor are kept.
   */
  readonly keep?: number | undefined;
  /**
   * Whether every load also replays the whole history and compares the state with the snapshot. A difference is
   * reported as a `SnapshotMismatchError`, and the load returns the replayed state. If events have expired, nothing is
   * compared.
   */
  readonly verify?: boolean | undefined;
  /**
   * Called with each failure of a snapshot and its actor: a failed read or write, a policy that threw, a mismatch.
   * Loads and executions continue without the snapshot. An error that `onError` throws becomes an uncaught exception.
   */
  readonly onError: (error: unknown, actor: SnapshotOwner) => void;
  /** The clock for the age of snapshots, in ms since the epoch; by default `Date.now`. */
  readonly now?: (() => number) | undefined;
}

/** The actor of a snapshot. */
export interface SnapshotOwner {
  /** The actor's namespace. */
  readonly namespace: Namespace;
  /** The actor. */
  readonly actorId: string;
}

/** A decider or evolver with snapshots: see {@link withSnapshots}. */
export interface WithSnapshots<S> {
  /** The settings of its snapshots. */
  readonly snapshots: SnapshotSettings<S>;
}

/**
 * The settings for a state that is JSON. For another state, a sentence that the compiler shows. A type cannot express
 * everything, such as the class of an object that has only properties. Such a state is refused when a snapshot is
 * written: `onError` is called with an `InvalidEventError` that names the path.
 */
export type SnapshotSettingsOf<S> = [S] extends [Json<S>] // Not of NoInfer<S>, whose parts would not be checked.
  ? unknown extends S ? SnapshotSettings<NoInfer<S>>
  : undefined extends S ? "a state must not be undefined: use null for an absent value"
  : SnapshotSettings<NoInfer<S>>
  : "a state that is kept in snapshots must be JSON: made of strings, numbers, booleans, null, arrays and plain objects";

const SETTINGS: ReadonlySet<string> = new Set(["schema", "policy", "keep", "verify", "onError", "now"]);

/**
 * Adds snapshots to a decider. The cost of loading an actor then depends on the events since its last snapshot, not on
 * the length of its history. Snapshots change speed, never results. A snapshot that is missing, damaged, of another
 * schema or of another history is ignored: a load then uses an older snapshot or the events.
 *
 * Snapshots are written in the background. No load or execution waits for a write or fails because of one. Closing the
 * store or its backend waits for the writes in progress. At most one snapshot per actor is being written at a time.
 *
 * @param decider See {@link decider}; its state must be JSON. It is not changed. For {@link load}, an evolver without
 * `decide` is sufficient.
 * @param settings See {@link SnapshotSettings}.
 * @returns The same decider with snapshots, for {@link load} and {@link execute}.
 * @throws {InvalidArgumentError} If a setting is invalid.
 *
 * @example
 * ```ts
 * import { decider, events, execute, load } from "@flowmade-one/aether";
 * import { everyEvents, withSnapshots } from "@flowmade-one/aether/snapshots";
 * import { memory } from "@flowmade-one/aether/memory";
 * import { assertEquals } from "@std/assert";
 *
 * const CounterEvents = events<{ Counted: { by: number } }>();
 * const plain = decider(CounterEvents, {
 *   initial: () => ({ sum: 0 }),
 *   evolve: ({ sum }, event) => ({ sum: sum + event.data.by }),
 *   decide: (by: number) => [{ type: "Counted", data: { by } }],
 * });
 * const counter = withSnapshots(plain, { schema: 1, policy: everyEvents(3), onError: console.error });
 *
 * const store = memory().store("tenant-a", CounterEvents);
 * for (const by of [1, 2, 3, 4]) await execute(store, counter, "visits", by);
 * assertEquals(await load(store, counter, "visits"), { state: { sum: 10 }, version: 4, snapshotVersion: 3 });
 * ```
 */
export function withSnapshots<S, D extends { readonly evolve: (state: never, event: never) => unknown }>(
  decider: D & { readonly initial: () => S },
  settings: SnapshotSettingsOf<S>,
): D & WithSnapshots<S> {
  checkEvolver(decider, "decider");
  checkOptions(settings, SETTINGS, "withSnapshots");
  const { schema, policy, keep, verify, onError, now } = settings as unknown as SnapshotSettings<S>;
  requireWholeNumber(schema, "schema", 0);
  checkPolicy(policy, "policy");
  checkWholeNumber(keep, "keep", 1, MAX_SNAPSHOTS_KEPT);
  requireFunction(onError, "onError");
  checkFunction(now, "now");
  if (verify !== undefined && typeof verify !== "boolean") refuseArgument("verify", "true or false", verify);
  return Object.freeze({
    ...decider,
    snapshots: Object.freeze({ schema, policy, keep, verify, onError, now }),
  });
}
