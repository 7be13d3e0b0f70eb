import type { EventBus } from "../bus/event_bus.ts";
import type { Cluster } from "../cluster/cluster.ts";
import type { ClusterOptions } from "../cluster/cluster_options.ts";
import type { OnError } from "../bus/subscriber.ts";
import type { Capabilities } from "../driver/driver.ts";
import type { AnyEvents, EventMap } from "../events/event_map.ts";
import type { Events } from "../events/events.ts";
import type { Grant, GrantUse } from "../grants/grant.ts";
import type { ExactNamespace, Namespace } from "../base/namespace.ts";
import type { Observer } from "../observer/observer.ts";
import type { EventStore } from "../store/event_store.ts";

/** A storage with all its namespaces. Trusted code keeps it and passes stores to the rest of the application. */
export interface Backend extends AsyncDisposable {
  /** The guarantees and limits of the storage. */
  readonly capabilities: Capabilities;

  /**
   * Returns a store of one namespace. The call is cheap and makes no request: create a store wherever one is needed.
   * Each namespace for which a store was created uses about a kilobyte of memory until the backend is closed, even if
   * it has no events.
   *
   * @param namespace See {@link parseNamespace}. Only a call without arguments means `default`: an explicit `undefined`
   * is refused, so that a missing tenant name does not select the namespace `default`.
   * @param events The event map, from {@link events}. Without it, the store accepts events of any type.
   * @returns A new store. Several stores of one namespace share its events.
   * @throws {InvalidNamespaceError} If `namespace` is not a valid namespace.
   * @throws {InvalidArgumentError} If `events` is not from {@link events}.
   * @throws {ClosedError} If the backend was closed.
   *
   * @example
   * ```ts
   * import { memory } from "@flowmade-one/aether/memory";
   * import { assertEquals } from "@std/assert";
   *
   * await using backend = memory();
   * const store = backend.store("prod.orders");
   * await store.append("order.42", [{ type: "Placed", data: {} }], { expectedVersion: 0 });
   * assertEquals(await backend.store("prod.orders").latestVersion("order.42"), 1);
   * assertEquals(await backend.store("prod").latestVersion("order.42"), 0);
   * ```
   */
  store<const N extends string, E extends EventMap = AnyEvents>(
    namespace: ExactNamespace<N>,
    events?: Events<E>,
  ): EventStore<E>;
  /** Returns a store of the namespace `default`, for events of any type. */
  store(): EventStore;

  /**
   * Mints a grant: the right to list the namespaces of a pattern and to receive their bus events.
   *
   * @param pattern See {@link parseNamespacePattern}.
   * @param options `reason`: the purpose of the grant, 1 to 500 characters, for an audit of its uses.
   * @throws {InvalidPatternError} If `pattern` is not a valid pattern of namespaces.
   * @throws {InvalidArgumentError} If `reason` is missing or invalid.
   * @throws {ClosedError} If the backend was closed.
   *
   * @example
   * ```ts
   * import { memory } from "@flowmade-one/aether/memory";
   * import { assertEquals } from "@std/assert";
   *
   * await using backend = memory();
   * const grant = backend.grant("prod.>", { reason: "monthly report" });
   * assertEquals(grant.pattern, "prod.>");
   * ```
   */
  grant(pattern: string, options: GrantOptions): Grant;

  /**
   * Lists the namespaces that a grant covers and that have stored events, in no particular order.
   *
   * @param grant A grant that this backend minted.
   * @throws {InvalidGrantError} If this backend did not mint the grant.
   * @throws {ClosedError} If the backend was closed.
   * @throws {UnavailableError} If the storage does not answer during the iteration.
   *
   * @example
   * ```ts
   * import { memory } from "@flowmade-one/aether/memory";
   * import { assertEquals } from "@std/assert";
   *
   * await using backend = memory();
   * for (const name of ["prod.orders", "test"]) {
   *   await backend.store(name).append("a", [{ type: "Made", data: {} }], { expectedVersion: 0 });
   * }
   * const grant = backend.grant("prod.>", { reason: "monthly report" });
   * assertEquals(await Array.fromAsync(backend.namespaces(grant)), ["prod.orders"]);
   * ```
   */
  namespaces(grant: Grant): AsyncIterable<Namespace>;

  /** The bus of the backend. It delivers published and stored events to subscribers. */
  readonly bus: EventBus;

  /**
   * Checks that the storage answers, and counts the subscriptions of this backend. `health()` of
   * `@flowmade-one/aether/observability` makes a report of the result.
   *
   * @param options `signal`: aborts the request.
   * @throws {UnavailableError} If the storage does not answer.
   * @throws {UnsupportedStorageError} If the storage cannot be used any more.
   * @throws {AbortError} If the signal was aborted.
   * @throws {ClosedError} If the backend was closed.
   *
   * @example
   * ```ts
   * import { memory } from "@flowmade-one/aether/memory";
   * import { assertEquals } from "@std/assert";
   *
   * await using backend = memory();
   * assertEquals((await backend.probe()).subscriptions, { open: 0, reconnecting: 0 });
   * ```
   */
  probe(options?: ProbeOptions): Promise<BackendProbe>;

  /**
   * Joins the cluster of the processes that share this backend's storage. One process may join several times, under
   * different names. See docs/cluster.md for the guarantees of a cluster.
   *
   * @param options See {@link ClusterOptions}.
   * @returns This node of the cluster, once the other nodes can see it.
   * @throws {InvalidArgumentError} If an option is invalid, or a live node has the same name.
   * @throws {UnsupportedStorageError} If the adapter keeps no records, or the cluster uses another version of the
   * protocol.
   * @throws {UnavailableError} If the storage does not answer within twice the `ttl`.
   * @throws {ClosedError} If the backend was closed, or is closed before this node has joined.
   *
   * @example
   * ```ts
   * import { memory } from "@flowmade-one/aether/memory";
   * import { assertEquals } from "@std/assert";
   *
   * await using backend = memory();
   * await using one = await backend.join({ name: "node-1" });
   * await using two = await backend.join({ name: "node-2" });
   * assertEquals(two.members.map(({ name }) => name), ["node-1", "node-2"]);
   * ```
   */
  join(options?: ClusterOptions): Promise<Cluster>;

  /** Ends all subscriptions, fails all reads, waits for all appends and releases the storage. */
  close(): Promise<void>;
}

/** Options of {@link Backend.grant}. */
export interface GrantOptions {
  /** The purpose of the grant, 1 to 500 characters, for an audit of its uses. */
  readonly reason: string;
}

/** Options of {@link Backend.probe}. */
export interface ProbeOptions {
  /** Aborts the request. */
  readonly signal?: AbortSignal | undefined;
}

/** The state of a backend and its storage at one moment. A fact that the storage does not report is absent. */
export interface BackendProbe {
  /** Milliseconds until the storage answered. */
  readonly roundTrip: number;
  /**
   * Milliseconds by which the clock of the storage is ahead of this process. The value can be wrong by up to half of
   * the round trip.
   */
  readonly clockSkew?: number | undefined;
  /** Bytes that all namespaces use together. */
  readonly usedBytes?: number | undefined;
  /** The limit of `usedBytes`. */
  readonly maxBytes?: number | undefined;
  /** The subscriptions of stores of this backend. */
  readonly subscriptions: {
    /** The number of subscriptions that have not ended. */
    readonly open: number;
    /** The number of open subscriptions that currently have no connection to the storage. */
    readonly reconnecting: number;
  };
}

/** The options of every backend. */
export interface BackendOptions {
  /** The clock for the timestamps of commits, in ms since the epoch; by default `Date.now`. */
  readonly now?: (() => number) | undefined;
  /**
   * Makes the id of an event or commit for which the caller gave none. By default, the ids are random UUIDs of version
   * 4.
   */
  readonly newId?: (() => string) | undefined;
  /** Called before each use of a grant. If it throws, the use is rejected with that error. */
  readonly onGrantUsed?: ((use: GrantUse) => void) | undefined;
  /**
   * Called with the errors of background work, for which no caller waits. There are three kinds:
   * - an error of a handler of the bus. The second argument is the event. Without `onError`, the error becomes an
   *   uncaught exception;
   * - the reason why this process cannot receive the events of other processes. Without `onError`, the error becomes an
   *   uncaught exception;
   * - a received message that is not an event, an event without a current shape in the subscriber's event map, a
   *   published event that the storage refused, or a failure to remove expired events. Without `onError`, these errors
   *   are ignored.
   */
  readonly onError?: OnError | undefined;
  /**
   * Receives the operations of this backend. `openTelemetry()` of `@flowmade-one/aether/opentelemetry` makes an
   * observer. `onError` receives the first failure of the observer. Without `onError`, the failure is ignored.
   */
  readonly observer?: Observer | undefined;
}
