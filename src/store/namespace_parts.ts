import type { Namespace } from "../base/namespace.ts";
import type { CoordinatorPool } from "../coordination/coordinator_pool.ts";
import type { Log } from "../driver/log.ts";
import type { RecordedEvent } from "../events/recorded_event.ts";
import type { NamespaceObserver } from "../observer/namespace_observer.ts";
import type { Subscription } from "./event_store.ts";

/** The channel of a namespace, as a store uses it: delivers the events of stored commits on the bus. */
export interface CommitChannel {
  readonly namespace: Namespace;
  /** Whether the bus has a subscriber for the events of the namespace. */
  readonly hasSubscribers: boolean;
  /** Absent if the backend has no observer. */
  readonly observer: NamespaceObserver | undefined;
  deliverAll(events: readonly RecordedEvent[]): void;
}

/** The parts that all stores of one namespace share. */
export interface NamespaceParts {
  readonly log: Log;
  readonly channel: CommitChannel;
  /** See `SnapshotStore.storage`. */
  readonly storage: object;
  /** See `LogHandleParts`. */
  readonly coordinators: CoordinatorPool | undefined;
  /** See `LogHandleParts`. */
  readonly consuming: Set<string>;
  /** The subscriptions of the backend that have not ended. */
  readonly subscriptions: Set<Pick<Subscription<unknown>, "state">>;
}
