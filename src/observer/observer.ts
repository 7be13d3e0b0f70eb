import type { Namespace } from "../base/namespace.ts";
import type { EventMetadata } from "../events/event_metadata.ts";

/**
 * Receives the operations and measurements of one backend. An application passes it to the backend as the option
 * `observer`.
 *
 * An observer changes no result. If a method throws, or returns a promise that rejects, the backend continues without
 * it, and reports the first such error through `onError`. The backend never awaits an observer.
 *
 * @example Counting failed operations by name
 * ```ts
 * import type { Observer } from "@flowmade-one/aether/observability";
 * import { memory } from "@flowmade-one/aether/memory";
 * import { assertEquals, assertRejects } from "@std/assert";
 *
 * const failures: string[] = [];
 * const observer: Observer = {
 *   start: ({ name }) => ({ end: ({ failed }) => void (failed && failures.push(name)) }),
 * };
 * const store = memory({ observer }).store("tenant-a");
 * await store.append("cart.7", [{ type: "Opened", data: {} }], { expectedVersion: 0 });
 * await assertRejects(() => store.append("cart.7", [{ type: "Opened", data: {} }], { expectedVersion: 0 }));
 * assertEquals(failures, ["append"]);
 * ```
 */
export interface Observer {
  /**
   * Called when an operation starts.
   *
   * @returns The observation of this operation; `undefined` if it is not observed.
   */
  start?(operation: ObservedOperation): Observation | undefined;
  /** Called when a measured value changes; see {@link MeasurementName}. */
  measure?(measurement: Measurement): void;
}

/**
 * The names of operations. `"deliver"`: a handler processes an event, or a projection applies a batch of events.
 * `"subscribe"`: a subscription of a store, until it ends. `"attempt"`: one attempt of an `execute`. `"version"` and
 * `"end"` are `latestVersion()` and `end()` of a store. `"request"`: a command is sent to the node that hosts its
 * actor. `"serve"`: that node executes it. `"lead"` and `"shard"`: a node of a cluster works as the leader, or on a
 * shard that it owns.
 */
export type OperationName =
  | "append"
  | "read"
  | "version"
  | "end"
  | "load"
  | "execute"
  | "attempt"
  | "publish"
  | "deliver"
  | "subscribe"
  | "getSnapshot"
  | "putSnapshot"
  | "request"
  | "serve"
  | "lead"
  | "shard";

/** An operation that starts. It contains no event data. */
export interface ObservedOperation {
  /** See {@link OperationName}. */
  readonly name: OperationName;
  /**
   * An object that identifies the backend, the same one for all of its operations. An observer may serve several
   * backends.
   */
  readonly backend: object;
  /** The namespace of the operation. Absent for `"lead"` and `"shard"`. */
  readonly namespace?: Namespace | undefined;
  /** The actor id of the operation, as the caller passed it. Absent for an operation on a log. */
  readonly actorId?: string | undefined;
  /** The number of the attempt, from 1. For `"attempt"`, and for `"deliver"` to a consumer. */
  readonly attempt?: number | undefined;
  /** The events that a handler processes. Only for `"deliver"`. */
  readonly events?: readonly HandledEvent[] | undefined;
  /** Whether a subscription has already counted the events as `"delivered"`. Only for `"deliver"`. */
  readonly fromSubscription?: boolean | undefined;
  /** The name of the consumer that processes the events; absent if no consumer processes them. */
  readonly consumer?: string | undefined;
  /** The metadata of the request, as the observer of its sender returned it. Only for `"serve"`. */
  readonly caller?: DerivedMetadata | undefined;
  /** The name of the leader or of the set of shards. Only for `"lead"` and `"shard"`. */
  readonly group?: string | undefined;
  /** The number of the shard. Only for `"shard"`. */
  readonly shard?: number | undefined;
  /** The term: a fencing token. Only for `"lead"` and `"shard"`. */
  readonly term?: number | undefined;
}

/** An event that a handler processes, without its data. */
export interface HandledEvent {
  /** See `RecordedEvent.id`. */
  readonly id: string;
  /** The event type. */
  readonly type: string;
  /** The actor that the event is about. */
  readonly actorId: string;
  /** See {@link EventMetadata}. */
  readonly metadata: EventMetadata;
}

/** The observation of one operation. Every member is optional. */
export interface Observation {
  /**
   * Metadata for events that the operation stores or publishes. Each pair is added to an event that does not have its
   * key. `traceparent` and `tracestate` are one unit: an event that has one of them receives neither. The backend
   * accepts the keys of {@link DerivedMetadata}, with values of 1 to 512 characters. `traceparent` and `tracestate`
   * must have the W3C format. A commit that would exceed a limit is stored without these pairs.
   *
   * The metadata of a `"deliver"` operation is the trace of the handler. It is added to events that the handler appends
   * by `context.execute` to a store without an observer.
   */
  readonly metadata?: DerivedMetadata | undefined;
  /**
   * Runs the work in the context of the operation. It must call `work` synchronously. The backend ignores the result,
   * and calls after the first one have no effect.
   */
  run?(work: () => void): unknown;
  /** Called once, when the operation has ended. */
  end?(outcome: OperationOutcome): void;
}

/** The metadata that an observer can add. */
export type DerivedMetadata = Pick<EventMetadata, "correlationId" | "causationId" | "traceparent" | "tracestate">;

/** The facts of an operation when its namespace is known. */
export type OperationFacts = Omit<ObservedOperation, "namespace" | "backend">;

/** An operation that has started. No method throws an error of the observer. */
export interface StartedOperation {
  /** Metadata for events. A pair is added only to an event without its key. */
  readonly metadata: DerivedMetadata | undefined;
  /** Runs the work once, in the context of the operation, and returns its result. */
  run<T>(work: () => T): T;
  /** Ends the operation. */
  end(outcome: OperationOutcome): void;
}

/** How an operation ended. Facts that do not apply are absent. */
export interface OperationOutcome {
  /** Whether the operation failed. */
  readonly failed: boolean;
  /** The error of a failed operation, as its caller receives it. */
  readonly error?: unknown;
  /** The number of events that were stored, read, replayed, published, or delivered by a subscription. */
  readonly events?: number | undefined;
  /** The actor's version at the end. */
  readonly version?: number | undefined;
  /** Whether an earlier append or command had stored the commit. */
  readonly duplicate?: boolean | undefined;
  /** The id of the commit. */
  readonly commitId?: string | undefined;
  /** The only event that was stored or published: its id and its correlation id. Absent if there are several. */
  readonly event?: Pick<HandledEvent, "id" | "metadata"> | undefined;
  /** Whether a load began from a snapshot. Absent if the evolver has no snapshots. */
  readonly snapshot?: "hit" | "miss" | undefined;
}

/**
 * The names of measurements. A gauge reports the current value; a counter reports the change.
 *
 * - `"subscriptions"`: counter that goes up and down: open subscriptions of a store.
 * - `"delivered"`: counter: events that a subscription delivered to its reader.
 * - `"reconnects"`: counter: connections to the storage that were lost and restored.
 * - `"queue.depth"`: counter that goes up and down: events that wait in queues of the bus.
 * - `"queue.dropped"`: counter: events that full queues dropped.
 * - `"consumer.lag"`: gauge: events that wait for a consumer, counted up to 10,000.
 * - `"consumer.waiting"`: gauge: seconds that the oldest waiting event has waited; 0 if no event waits.
 * - `"consumer.idle"`: gauge: seconds without progress of a lane of the consumer that has a due event.
 * - `"consumer.parked"`: gauge: parked actors of a consumer.
 * - `"cluster.members"`: gauge: live nodes of the cluster, as this node sees them.
 * - `"cluster.shards"`: gauge: shards of one set that this node owns.
 * - `"cluster.term"`: gauge: the term while this node is the leader; 0 after its leadership.
 */
export type MeasurementName =
  | "subscriptions"
  | "delivered"
  | "reconnects"
  | "queue.depth"
  | "queue.dropped"
  | "consumer.lag"
  | "consumer.waiting"
  | "consumer.idle"
  | "consumer.parked"
  | "cluster.members"
  | "cluster.shards"
  | "cluster.term";

/** A measured value that belongs to no single operation. */
export interface Measurement {
  /** See {@link MeasurementName}. */
  readonly name: MeasurementName;
  /** The value of a gauge, or the change of a counter. */
  readonly value: number;
  /**
   * The object to which the value belongs: a node of the cluster, otherwise the backend, as
   * `ObservedOperation.backend`. A gauge has one value per source.
   */
  readonly source: object;
  /** The namespace of the value; absent for a value of several namespaces. */
  readonly namespace?: Namespace | undefined;
  /** The name of the consumer, the set of shards or the leader. Absent for other measurements. */
  readonly group?: string | undefined;
}
