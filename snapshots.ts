/**
 * Snapshots of actors: settings for a decider, policies that decide when a snapshot is written, and the interface of
 * the snapshot store.
 *
 * @example
 * ```ts
 * import { decider, events } from "@flowmade-one/aether";
 * import { anyOf, everyEvents, olderThan, withSnapshots } from "@flowmade-one/aether/snapshots";
 * import { assertEquals } from "@std/assert";
 *
 * const visits = decider(events<{ Visited: { page: string } }>(), {
 *   initial: () => 0,
 *   evolve: (count) => count + 1,
 *   decide: (page: string) => [{ type: "Visited", data: { page } }],
 * });
 * const policy = anyOf(everyEvents(100), olderThan(86_400_000));
 * const kept = withSnapshots(visits, { schema: 1, policy, onError: console.error });
 * assertEquals(kept.snapshots.schema, 1);
 * ```
 *
 * @module
 */
export {
  allOf,
  anyOf,
  everyBytes,
  everyEvents,
  never,
  olderThan,
  type SnapshotFacts,
  type SnapshotPolicy,
  when,
} from "./src/state/snapshot_policy.ts";
export {
  type SnapshotOwner,
  type SnapshotSettings,
  type SnapshotSettingsOf,
  type WithSnapshots,
  withSnapshots,
} from "./src/state/with_snapshots.ts";
export type {
  LatestSnapshotOptions,
  PutSnapshotOptions,
  Snapshot,
  SnapshotCommits,
  SnapshotStore,
} from "./src/store/snapshot_store.ts";
