import type { AnyEvents, EventMap, TypeOf } from "../events/event_map.ts";
import type { NewEventOf } from "../events/new_event.ts";
import type { RecordedEventOf } from "../events/recorded_event.ts";
import type { Brand } from "../base/brand.ts";
import type { Namespace } from "../base/namespace.ts";
import type { ExpectedVersion } from "../values/expected_version.ts";
import type { LogHandle } from "./log_handle.ts";
import type { NamespaceObserver } from "../observer/namespace_observer.ts";
import type { SnapshotStore } from "./snapshot_store.ts";
import type { Position } from "../base/position.ts";
import type {
  AppendOptions,
  AppendResult,
  EndOptions,
  LatestVersionOptions,
  ReadAllOptions,
  ReadOptions,
  SubscribeOptions,
} from "./options.ts";

/**
 * The read operations of one namespace. A function that accepts stores with any event map declares a `ReadOnlyStore`
 * without type argument.
 */
export interface ReadOnlyStore<E extends EventMap = AnyEvents> {
  /** The namespace of the store. */
  readonly namespace: Namespace;

  /** The snapshots of this namespace's actors. */
  readonly snapshots: SnapshotStore;

  /** Reports operations of this namespace to the backend's observer; absent if the backend has no observer. */
  readonly observer?: NamespaceObserver | undefined;

  /**
   * The event map that was passed to `backend.store`; `undefined` without one. A wrapper of a store must have the same
   * map, because `load` and `execute` compare it with the event map of the decider.
   */
  readonly events?: Brand<"events"> | undefined;

  /**
   * Reads an actor's events by version. Reading starts with the request for the first event, and includes every append
   * that was acknowledged by then.
   *
   * @param actorId See {@link parseActorId}. An actor without events yields nothing.
   * @param options See {@link ReadOptions}.
   * @returns A reader for one use. It fails with `EventsExpiredError` if the next event has expired, with `AbortError`
   * if the signal is aborted, and with `ClosedError` if the store is closed before the end.
   * @throws {InvalidActorIdError} If the actor id is invalid.
   * @throws {InvalidArgumentError} If an option is invalid.
   * @throws {AbortError} If the signal was aborted before the call.
   * @throws {ClosedError} If the store was closed.
   *
   * @example
   * ```ts
   * import { memory } from "@flowmade-one/aether/memory";
   * import { assertEquals } from "@std/assert";
   *
   * const store = memory().store("tenant-a");
   * const events = [{ type: "Opened", data: {} }, { type: "Added", data: { sku: "A" } }];
   * await store.append("cart.7", events, { expectedVersion: 0 });
   * for await (const event of store.read("cart.7", { from: 2 })) {
   *   assertEquals([event.type, event.version], ["Added", 2]);
   * }
   * const [last] = await store.read("cart.7", { direction: "backwards", limit: 1 }).toArray();
   * assertEquals(last?.version, 2);
   * ```
   */
  read(actorId: string, options?: ReadOptions): EventReader<RecordedEventOf<E>>;

  /**
   * Reads the namespace's events in the order of the log, or newest first. The read ends at the position that was the
   * end of the log when reading started.
   *
   * @param options See {@link ReadAllOptions}.
   * @returns A reader for one use. It fails like the reader of {@link ReadOnlyStore.read}, and with
   * `UnknownPositionError` if `after` or `before` lies beyond the end of the log.
   * @throws {InvalidArgumentError} If an option is invalid.
   * @throws {InvalidPatternError} If `actors` is not a pattern.
   * @throws {AbortError} If the signal was aborted before the call.
   * @throws {ClosedError} If the store was closed.
   *
   * @example
   * ```ts
   * import { memory } from "@flowmade-one/aether/memory";
   * import { assertEquals } from "@std/assert";
   *
   * const store = memory().store("tenant-a");
   * await store.append("cart.7", [{ type: "Opened", data: {} }], { expectedVersion: 0 });
   * await store.append("order.1", [{ type: "Placed", data: {} }], { expectedVersion: 0 });
   * const orders = await store.readAll({ actors: "order.*" }).toArray();
   * assertEquals(orders.map((event) => event.actorId), ["order.1"]);
   * const [newest] = await store.readAll({ direction: "backwards", limit: 1 }).toArray();
   * assertEquals(newest?.actorId, "order.1");
   * const page = await store.readAll({ direction: "backwards", limit: 10, before: newest?.position }).toArray();
   * assertEquals(page.map((event) => event.actorId), ["cart.7"]);
   * ```
   */
  readAll<const T extends TypeOf<E> = TypeOf<E>>(options?: ReadAllOptions<T>): EventReader<RecordedEventOf<E, T>>;

  /**
   * Returns an actor's version: the number of its events; 0 for an actor without events.
   *
   * @throws {InvalidActorIdError} If the actor id is invalid.
   * @throws {AbortError} If the signal was aborted.
   * @throws {ClosedError} If the store was closed.
   *
   * @example
   * ```ts
   * import { memory } from "@flowmade-one/aether/memory";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals(await memory().store("tenant-a").latestVersion("cart.7"), 0);
   * ```
   */
  latestVersion(actorId: string, options?: LatestVersionOptions): Promise<number>;

  /**
   * Returns the end of the log: the position of the last event of the last commit, even if that event has expired.
   * Acknowledged appends are included.
   *
   * @param options See {@link EndOptions}.
   * @returns `undefined` if nothing was ever appended. The option `after` treats `undefined` as the start of the log.
   * @throws {AbortError} If the signal was aborted.
   * @throws {ClosedError} If the store was closed.
   *
   * @example
   * ```ts
   * import { memory } from "@flowmade-one/aether/memory";
   * import { assertEquals } from "@std/assert";
   *
   * const store = memory().store("tenant-a");
   * assertEquals(await store.end(), undefined);
   * const { position } = await store.append("cart.7", [{ type: "Opened", data: {} }], { expectedVersion: 0 });
   * assertEquals(await store.end(), position);
   * ```
   */
  end(options?: EndOptions): Promise<Position | undefined>;

  /**
   * Follows the namespace's events in the order of the log, without gaps or repeats: first the stored ones, then each
   * new one. It starts immediately, before the iteration. At most two pages of the driver are in memory. The next page
   * is read only after the reader has taken the previous one. A slow reader therefore delays only itself.
   *
   * A subscription does not end at the end of the log: it waits for the next event. A subscription of the memory
   * adapter does not keep the process alive. If a top-level `for await` waits for an event and nothing else runs, Deno
   * exits with the error `Top-level await promise never resolved`, and Node.js with code 13. Bun continues to wait.
   *
   * @param options See {@link SubscribeOptions}.
   * @returns A subscription for one use. Its iteration ends when it is closed. It fails with `AbortError` if the signal
   * is aborted, with `EventsExpiredError` if history has expired, and with `UnknownPositionError` if the position is
   * not of this log. The iteration throws a failure, and `caughtUp` rejects with it. A failure of a subscription
   * that is not iterated is ignored.
   * @throws {InvalidArgumentError} If an option is invalid.
   * @throws {InvalidPatternError} If `actors` is not a pattern.
   * @throws {AbortError} If the signal was aborted before the call.
   * @throws {ClosedError} If the store was closed.
   *
   * @example
   * ```ts
   * import { memory } from "@flowmade-one/aether/memory";
   * import { assertEquals } from "@std/assert";
   *
   * const store = memory().store("tenant-a");
   * await store.append("cart.7", [{ type: "Opened", data: {} }], { expectedVersion: 0 });
   * for await (const event of store.subscribe({ types: ["Opened"] })) {
   *   assertEquals(event.actorId, "cart.7");
   *   break; // Closes the subscription.
   * }
   * ```
   */
  subscribe<const T extends TypeOf<E> = TypeOf<E>>(options?: SubscribeOptions<T>): Subscription<RecordedEventOf<E, T>>;
}

/** The store of one namespace, for appends and reads. */
export interface EventStore<E extends EventMap = AnyEvents> extends ReadOnlyStore<E>, AsyncDisposable {
  /** An opaque handle of the namespace's log: see {@link LogHandle}. `consume` refuses a store without it. */
  readonly logHandle?: LogHandle | undefined;

  /**
   * Appends one commit to an actor's stream: all events or none. A conflict is reported and never retried.
   *
   * @param actorId See {@link parseActorId}.
   * @param events 1 to 1,000 events, oldest first. Copied: later changes to them have no effect.
   * @param options `expectedVersion` is required; `"any"` is the explicit way to skip the check.
   * @returns The actor's version after the commit, the position of its last event, the commit's id, and the recorded
   * events: see {@link AppendResult}.
   * @throws {VersionConflictError} If the actor is not at `expectedVersion`. Nothing was stored.
   * @throws {InvalidActorIdError} If the actor id is invalid.
   * @throws {InvalidEventError} If an event's data is not JSON, or a field is invalid; the error names the path.
   * @throws {InvalidArgumentError} If the number of events is not 1 to 1,000, or an option is invalid.
   * @throws {TooLargeError} If the commit is larger than the adapter accepts; the error has both sizes.
   * @throws {QuotaExceededError} If the namespace is full.
   * @throws {OutcomeUnknownError} If it is unknown whether the commit was stored; the error says how to find out.
   * @throws {UnavailableError} If the storage did not answer. Nothing was stored.
   * @throws {AbortError} If the signal was aborted before anything was stored.
   * @throws {ClosedError} If the store was closed.
   *
   * @example
   * ```ts
   * import { memory } from "@flowmade-one/aether/memory";
   * import { assertEquals } from "@std/assert";
   *
   * const store = memory().store("tenant-a");
   * const { version, events } = await store.append("cart.7", [{ type: "Opened", data: {} }], { expectedVersion: 0 });
   * assertEquals(version, 1);
   * assertEquals(events, await store.read("cart.7").toArray());
   * ```
   */
  // A property, not a method: the compiler then refuses to use a store of certain events as a store of any events. Such
  // a store would accept other events.
  readonly append: (
    actorId: string,
    events: readonly NewEventOf<E>[],
    // `expectedVersion` is repeated here, so that the compiler names it if the options are empty.
    options: AppendOptions & { readonly expectedVersion: ExpectedVersion },
  ) => Promise<AppendResult<E>>;

  /**
   * Closes this store: ends its subscriptions, fails its reads, waits for its appends. Stored events remain, and other
   * stores of the same namespace continue. Repeated calls do nothing.
   */
  close(): Promise<void>;
}

/** Events that can be read once: by `for await`, or into an array. */
export interface EventReader<T> extends AsyncIterable<T> {
  /**
   * Reads all events into an array.
   *
   * @returns A new array of frozen events.
   * @throws {InvalidArgumentError} If the reader was used before.
   */
  toArray(): Promise<T[]>;
}

/**
 * The state of a subscription:
 *
 * - `"catching-up"`: the reader has not handled every event that was stored when the subscription started;
 * - `"live"`: the reader has handled these events, and receives new events as they are appended. After
 *   `"reconnecting"`, it first receives the events that it has missed;
 * - `"reconnecting"`: the storage is unreachable; the subscription continues by itself when it is reachable again. On
 *   JetStream: the connection to the server is down, or the JetStream consumer was lost and is created again. This
 *   state does not occur with the memory and SQLite adapters;
 * - `"ended"`: the subscription was closed, its signal was aborted, or it failed.
 */
export type SubscriptionState = "catching-up" | "live" | "reconnecting" | "ended";

/** Events that can be followed once, by `for await`. Leaving the loop closes the subscription. */
export interface Subscription<T> extends AsyncIterable<T>, AsyncDisposable {
  /**
   * Resolves when the reader has handled every event that was stored when the subscription started: it has received
   * these events and requests the next one. The promise resolves only while the events are iterated. Rejects if the
   * subscription ends earlier, including when the reader leaves its loop.
   */
  readonly caughtUp: Promise<void>;
  /** The current state; see {@link SubscriptionState}. */
  readonly state: SubscriptionState;
  /** Ends the subscription. Resolves when all its resources are released. */
  close(): Promise<void>;
}
