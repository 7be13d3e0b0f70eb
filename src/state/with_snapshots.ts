import { checkFunction, requireFunction } from "../checks/check_function.ts";
import { checkOptions } from "../checks/check_options.ts";
import { checkWholeNumber, requireWholeNumber } from "../checks/check_whole_number.ts";
import { refuseArgument } from "../checks/refuse_argument.ts";
import type { Json } from "../events/event_map.ts";
import { MAX_SNAPSHOTS_KEPT } from "../base/limits.ts";
import type { Namespace } from "../base/namespace.ts";
import { checkEvolver } from "./check_arguments.ts";
import { checkPolicy, type SnapshotPolicy } from "./snapshot_policy.ts";

/** How snapshots of the actors of a decider are used and kept. */
export interface SnapshotSettings<S> {
  /**
   * The number of the state's shape, a whole number from 0: another one whenever `initial` or `evolve` would make another
   * state of the same events, and no two alike among the deciders of the same actors. Snapshots of another are ignored.
   */
  readonly schema: number;
  /** When a snapshot is written: asked after a load and after an execution, where there are events since the last one. */
  readonly policy: SnapshotPolicy<S>;
  /**
   * How many snapshots of an actor stay, newest first; 1 to 100, by default 1. Those of a greater version than the actor
   * has, as a restored log may leave them, do not count: they stay beside it, up to 100 in all, until it has passed them.
   */
  readonly keep?: number | undefined;
  /**
   * Whether every load also replays the whole history and compares, at the cost of that. A difference is told as a
   * `SnapshotMismatchError`, and the state is what the events say. Where history has expired nothing is compared.
   */
  readonly verify?: boolean | undefined;
  /**
   * Is told what went wrong with a snapshot, and whose: a failure to find or to write one, a policy that threw, a
   * difference. Loads and executions go on without it. What it throws is thrown where nobody catches it.
   */
  readonly onError: (error: unknown, actor: SnapshottedActor) => void;
  /** The clock for the age of snapshots, in ms since the epoch; by default `Date.now`. */
  readonly now?: (() => number) | undefined;
}

/** Whose snapshot it is. */
export interface SnapshottedActor {
  /** The actor's namespace. */
  readonly namespace: Namespace;
  /** The actor. */
  readonly actorId: string;
}

/** What has snapshots: see {@link withSnapshots}. */
export interface Snapshotted<S> {
  /** How they are used and kept. */
  readonly snapshots: SnapshotSettings<S>;
}

/**
 * The settings for a state that is JSON; for another one a sentence, which the compiler then shows. What a type does not
 * tell, such as the class of an object that has properties only, is refused when a snapshot is to be written: `onError` is
 * told an `InvalidEventError` with the path.
 */
export type SnapshotSettingsOf<S> = [S] extends [Json<S>] // Not of NoInfer<S>, whose parts would not be looked at.
  ? unknown extends S ? SnapshotSettings<NoInfer<S>>
  : undefined extends S ? "a state must not be undefined: use null for one that is not there"
  : SnapshotSettings<NoInfer<S>>
  : "a state that is kept in snapshots must be JSON: made of strings, numbers, booleans, null, arrays and plain objects";

const SETTINGS: ReadonlySet<string> = new Set(["schema", "policy", "keep", "verify", "onError", "now"]);

/**
 * Adds snapshots to a decider, so that loading an actor costs what has happened since its last snapshot, however long its
 * history is. Snapshots change speed, never results: one that is missing, damaged, of another schema or of another
 * history is passed over, for an older one or for the events themselves.
 *
 * Snapshots are written beside whatever asked for them: nothing waits for it, nothing fails by it, and closing the
 * store or its backend waits for those on their way. Of one actor one is on its way at most.
 *
 * @param decider See {@link decider}; its state must be JSON. It is not changed. An evolver, without `decide`, will do for
 * {@link load}.
 * @param settings See {@link SnapshotSettings}.
 * @returns The same decider with snapshots, for {@link load} and {@link execute}.
 * @throws {InvalidArgumentError} If a setting is not what it must be.
 *
 * @example
 * ```ts
 * import { decider, events, everyEvents, execute, load, withSnapshots } from "@flowmade-one/aether";
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
): D & Snapshotted<S> {
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
