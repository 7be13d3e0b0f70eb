import type { AnyEvents, EventMap, TypeOf } from "../events/event_map.ts";
import type { NewEventOf } from "../events/new_event.ts";
import type { RecordedEventOf } from "../events/recorded_event.ts";
import type { Namespace } from "../base/namespace.ts";
import type { ExpectedVersion } from "../values/expected_version.ts";
import type { LogHandle } from "./log_handle.ts";
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
 * The reading side of one namespace. A function that is to take a store of any events takes an `ReadOnlyStore` without an
 * event map.
 */
export interface ReadOnlyStore<E extends EventMap = AnyEvents> {
  /** The namespace that everything here is about. */
  readonly namespace: Namespace;

  /** The snapshots of this namespace's actors. */
  readonly snapshots: SnapshotStore;

  /**
   * Reads an actor's events by version. Reading starts when the reader is asked for its first event, and shows every
   * append that was acknowledged by then.
   *
   * @param actorId See {@link parseActorId}. An actor without events has nothing to read.
   * @param options See {@link ReadOptions}.
   * @returns A reader for one use. It fails with `EventsExpiredError` when the next event due has expired, with
   * `AbortError` by the signal, and with `ClosedError` when the store is closed before the end.
   * @throws {InvalidActorIdError} If it is not an actor id.
   * @throws {InvalidArgumentError} If an option is not what it must be.
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
   * Reads the namespace's events in the order of the log, or newest first, up to its end as of when reading starts.
   *
   * @param options See {@link ReadAllOptions}.
   * @returns A reader for one use. It fails like that of {@link ReadOnlyStore.read}, and with `UnknownPositionError` when
   * `after` or `before` lies beyond the end of the log.
   * @throws {InvalidArgumentError} If an option is not what it must be.
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
   * Tells an actor's version: how many events it has, 0 when none.
   *
   * @throws {InvalidActorIdError} If it is not an actor id.
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
   * Finds the end of the log: the position of the last event of the last commit, also if that has expired. Acknowledged
   * appends are included.
   *
   * @param options See {@link EndOptions}.
   * @returns `undefined` if nothing was ever appended. As an option `after`, that is the start of the log.
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
   * Follows the namespace's events: first those stored already, then each new one, in the order of the log, without gap
   * or repeat. Starts at once. At most two pages of the driver wait in memory: no further one is taken before
   * the consumer has taken the first, so that a slow consumer slows nothing but itself.
   *
   * A subscription does not end at the end of the log: it waits for the next event. In memory only this program can append
   * one, and a subscription does not keep the program alive. A `for await` at the top level that waits while nothing else
   * runs ends the program: Deno reports `Top-level await promise never resolved`, and Node.js exits with code 13.
   *
   * @param options See {@link SubscribeOptions}.
   * @returns A subscription for one use. Its iteration ends when it is closed, fails with `AbortError` by the signal,
   * and with `EventsExpiredError` or `UnknownPositionError` where history is not there. A failure is thrown by the
   * iteration, and `caughtUp` rejects with it. A failure that no caller awaits is ignored.
   * @throws {InvalidArgumentError} If an option is not what it must be.
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

/** One namespace: appends and reads. */
export interface EventStore<E extends EventMap = AnyEvents> extends ReadOnlyStore<E>, AsyncDisposable {
  /** Stands for the log of the namespace: see {@link LogHandle}. A store without it cannot be consumed. */
  readonly logHandle?: LogHandle | undefined;

  /**
   * Appends one commit to an actor's stream: all events or none. A conflict is reported and never retried.
   *
   * @param actorId See {@link parseActorId}.
   * @param events 1 to 1,000 events, oldest first. Copied: later changes to them have no effect.
   * @param options `expectedVersion` is required; `"any"` is the explicit way to skip the check.
   * @returns The actor's version after the commit, the position of its last event, the commit's id, and the recorded
   * events: see {@link AppendResult}.
   * @throws {VersionConflictError} If the actor is not at `expectedVersion`: nothing was stored.
   * @throws {InvalidActorIdError} If it is not an actor id.
   * @throws {InvalidEventError} If an event's data is not JSON, or a field of it is wrong; the error names the path.
   * @throws {InvalidArgumentError} If there is no events, too many, or an option that is not what it must be.
   * @throws {TooLargeError} If the commit is larger than the adapter takes; the error says both sizes.
   * @throws {QuotaExceededError} If the namespace is full.
   * @throws {OutcomeUnknownError} If it could not be learned whether the commit was stored; the error says how to ask.
   * @throws {UnavailableError} If the storage did not answer; nothing was stored.
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
  // A property, not a method: so a store of some events is not taken for one of any events, which could append others.
  readonly append: (
    actorId: string,
    events: readonly NewEventOf<E>[],
    // Written out, so that the compiler names it where the options are empty.
    options: AppendOptions & { readonly expectedVersion: ExpectedVersion },
  ) => Promise<AppendResult<E>>;

  /**
   * Closes this store: ends its subscriptions, fails its reads, waits for its appends. Stored events stay, and other
   * stores of the same namespace continue. A second call does nothing more.
   */
  close(): Promise<void>;
}

/** Events to be read once: by `for await`, or all at once. */
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
 * - `"catching-up"`: the consumer has not handled every event that was stored when the subscription started;
 * - `"live"`: it has, and gets events as they are appended. After `"reconnecting"` it first gets those that it missed;
 * - `"reconnecting"`: the storage cannot be reached, and the subscription goes on by itself when it can. On JetStream: the
 *   connection to the server is down. In memory and on SQLite it does not occur;
 * - `"ended"`: it was closed, its signal was aborted, or it failed.
 */
export type SubscriptionState = "catching-up" | "live" | "reconnecting" | "ended";

/** Events to be followed once, by `for await`; leaving the loop closes the subscription. */
export interface Subscription<T> extends AsyncIterable<T>, AsyncDisposable {
  /**
   * Resolves when the consumer has handled every event that was stored when the subscription started, that is when it
   * has taken them all and comes back for more; what comes now is live. A caller that awaits it must consume events at
   * the same time. Rejects if the subscription ends before, also when the consumer leaves.
   */
  readonly caughtUp: Promise<void>;
  /** The current state; see {@link SubscriptionState}. */
  readonly state: SubscriptionState;
  /** Ends the subscription. Resolves when nothing of it is left behind. */
  close(): Promise<void>;
}
