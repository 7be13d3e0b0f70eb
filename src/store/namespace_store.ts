import { parseActorId } from "../values/parse_actor_id.ts";
import { checkOptions } from "../checks/check_options.ts";
import type { Commit } from "../commits/commit.ts";
import type { CommitSettings } from "../commits/commit_settings.ts";
import { prepareCommit } from "../commits/prepare_commit.ts";
import type { AppendOutcome, Log } from "../driver/log.ts";
import { InvalidArgumentError } from "../errors/invalid_argument_error.ts";
import { outcomeForCaller } from "../errors/outcome_for_caller.ts";
import { VersionConflictError } from "../errors/version_conflict_error.ts";
import type { AnyEvents } from "../events/event_map.ts";
import { eventTypesOf } from "../events/events.ts";
import type { EventTypes } from "../events/event_types.ts";
import type { RecordedEvent, RecordedEventOf } from "../events/recorded_event.ts";
import { freezeClass } from "../base/freeze_class.ts";
import { isPromise, Operation } from "../lifecycle/operation.ts";
import { backendHandleOf } from "../lifecycle/backend_handle.ts";
import { CloseScope } from "../lifecycle/close_scope.ts";
import { endOfCommit } from "../values/position.ts";
import type { Namespace } from "../base/namespace.ts";
import type { Position } from "../base/position.ts";
import { ALL_EVENTS, checkLimitAndDirection, toActorSelection } from "./actor_selection.ts";
import { createLogHandle, type LogHandle } from "./log_handle.ts";
import type { NamespaceObserver } from "../observer/namespace_observer.ts";
import type { DerivedMetadata } from "../observer/observer.ts";
import { LogSnapshots } from "./log_snapshots.ts";
import type { CommitChannel, NamespaceParts } from "./namespace_parts.ts";
import type { SnapshotStore } from "./snapshot_store.ts";
import { checkExpectedVersion } from "../values/expected_version.ts";
import type { EventReader, EventStore, Subscription } from "./event_store.ts";
import { toLogSelection } from "./log_selection.ts";
import type {
  AppendOptions,
  AppendResult,
  EndOptions,
  LatestVersionOptions,
  ReadAllOptions,
  ReadOptions,
  SubscribeOptions,
} from "./options.ts";
import { ObservedReader } from "./observed_reader.ts";
import { PageReader } from "./page_reader.ts";
import { readEmptyRange } from "./read_empty_range.ts";
import { StoredAppend } from "./stored_append.ts";
import { toCurrent } from "./to_current.ts";
import { StoreSubscription } from "./store_subscription.ts";

const APPEND_OPTIONS: ReadonlySet<string> = new Set(["expectedVersion", "commitId", "signal"]);
const NO_OPTIONS: ReadOptions = Object.freeze({});
const READ_ALL_OPTIONS: ReadonlySet<string> = new Set([
  "after",
  "before",
  "limit",
  "direction",
  "types",
  "actors",
  "unknown",
  "raw",
  "signal",
]);
const END_OPTIONS: ReadonlySet<string> = new Set(["signal"]);
const LATEST_VERSION_OPTIONS: ReadonlySet<string> = new Set(["signal"]);
const SUBSCRIBE_OPTIONS: ReadonlySet<string> = new Set(["after", "types", "actors", "unknown", "raw", "signal"]);

/**
 * The store of one namespace on an adapter's log. It checks arguments, prepares commits, and cuts pages to the
 * requested range. With an event map that was made from schemas, it validates new events and returns stored events in
 * their current shape.
 */
export class NamespaceStore implements EventStore {
  readonly namespace: Namespace;
  readonly snapshots: SnapshotStore;
  readonly logHandle: LogHandle;
  readonly observer: NamespaceObserver | undefined;
  readonly events: EventStore["events"];
  readonly #types: EventTypes | undefined;
  readonly #log: Log;
  readonly #channel: CommitChannel;
  readonly #settings: CommitSettings;
  readonly #lifetime: CloseScope;
  readonly #subscriptions: Set<Pick<Subscription<unknown>, "state">>;

  /** @param events The event map of the store, if it has one. */
  constructor(parts: NamespaceParts, settings: CommitSettings, backend: CloseScope, events?: EventStore["events"]) {
    const { log, channel, storage, coordinators, consuming, subscriptions } = parts;
    const { namespace, observer } = channel;
    this.namespace = namespace;
    this.observer = observer;
    this.#log = log;
    this.#channel = channel;
    this.events = events;
    this.#types = eventTypesOf(events);
    this.#settings = this.#types === undefined ? settings : { ...settings, types: this.#types };
    this.#subscriptions = subscriptions;
    this.#lifetime = new CloseScope(`the store of namespace "${namespace}"`, backend);
    this.snapshots = new LogSnapshots(log, storage, this.#lifetime, observer);
    this.logHandle = createLogHandle({
      log,
      eventTypes: this.#types,
      backend: backendHandleOf(backend),
      lifetime: this.#lifetime,
      coordinators,
      consuming,
      observer,
    });
  }

  // Public methods are own properties, because the shared prototype is frozen. A wrapper whose prototype is a store can
  // then replace some of them.

  readonly append = (
    actorId: string,
    events: readonly unknown[],
    options: AppendOptions,
  ): Promise<AppendResult> => {
    return this.observer === undefined
      ? this.#append(actorId, events, options, undefined)
      : this.#appendObserved(this.observer, actorId, events, options);
  };

  readonly read = (actorId: string, options?: ReadOptions): EventReader<RecordedEvent> => {
    const { range, select } = options === undefined ? ALL_EVENTS : toActorSelection(options);
    const { unknown, raw, signal } = options ?? NO_OPTIONS;
    const current = toCurrent(this.#types, unknown, raw);
    const operation = Operation.begin(this.#lifetime, "read", parseActorId(actorId), signal);
    const reader = new PageReader({
      operation,
      open: () => range.to < range.from ? [] : this.#log.readActor(actorId, range, signal),
      select,
      limit: range.limit,
      current,
    });
    return this.#observed(reader, actorId);
  };

  readonly readAll = <const T extends string = string>(
    options: ReadAllOptions<T> = {},
  ): EventReader<RecordedEventOf<AnyEvents, T>> => {
    checkOptions(options, READ_ALL_OPTIONS, "readAll");
    const { after, before, limit, direction, types, actors, unknown, raw, signal } = options;
    checkLimitAndDirection(limit, direction);
    const { select, ...bounds } = toLogSelection({ after, before, types, actors }, ["oldest-available"], this.#types);
    const current = toCurrent(this.#types, unknown, raw);
    const operation = Operation.begin(this.#lifetime, "read the log of namespace", this.namespace, signal);
    const maxEvents = limit ?? Infinity;
    // With a filter by type, the driver cannot count the wanted events.
    const driverLimit = types === undefined ? maxEvents : Infinity;
    const range = { ...bounds, backwards: direction === "backwards", limit: driverLimit };
    const reader: unknown = this.#observed(
      new PageReader({
        operation,
        open: () =>
          range.from !== "oldest-available" && range.to < range.from
            ? readEmptyRange(this.#log, this.namespace, range, signal)
            : this.#log.readLog(range, signal),
        select,
        limit: maxEvents,
        current,
      }),
    );
    return reader as EventReader<RecordedEvent<T>>; // The filter lets only events of these types pass.
  };

  readonly latestVersion = (actorId: string, options: LatestVersionOptions = {}): Promise<number> => {
    if (this.observer === undefined) return this.#latestVersion(actorId, options);
    const work = () => this.#latestVersion(actorId, options);
    return this.observer.run({ name: "version", actorId }, work, (version) => ({ version }));
  };

  async #latestVersion(actorId: string, options: LatestVersionOptions): Promise<number> {
    checkOptions(options, LATEST_VERSION_OPTIONS, "latestVersion");
    const { signal } = options;
    const operation = Operation.begin(this.#lifetime, "read the version of", parseActorId(actorId), signal);
    const answer = operation.callDriver(() => this.#log.latestVersion(actorId, signal));
    return isPromise(answer) ? await operation.awaitDriver(answer) : answer;
  }

  readonly end = (options: EndOptions = {}): Promise<Position | undefined> => {
    if (this.observer === undefined) return this.#end(options);
    return this.observer.run({ name: "end" }, () => this.#end(options), () => ({}));
  };

  async #end(options: EndOptions): Promise<Position | undefined> {
    checkOptions(options, END_OPTIONS, "end");
    const { signal } = options;
    const operation = Operation.begin(this.#lifetime, "find the end of the log of namespace", this.namespace, signal);
    const answer = operation.callDriver(() => this.#log.latestCommit(signal));
    const last = isPromise(answer) ? await operation.awaitDriver(answer) : answer;
    return last && endOfCommit(last.identity, last.offset);
  }

  readonly subscribe = <const T extends string = string>(
    options: SubscribeOptions<T> = {},
  ): Subscription<RecordedEventOf<AnyEvents, T>> => {
    refuseHandler(options);
    checkOptions(options, SUBSCRIBE_OPTIONS, "subscribe");
    const { after, types, actors: pattern, unknown, raw, signal } = options;
    const { select, from, reached, identity, actors } = toLogSelection(
      { after, types, actors: pattern },
      ["oldest-available", "now"],
      this.#types,
    );
    const current = toCurrent(this.#types, unknown, raw);
    const operation = Operation.begin(this.#lifetime, "follow namespace", this.namespace, signal);
    const range = { from, reached, identity, actors };
    const shared = { observer: this.observer, open: this.#subscriptions };
    const following = { operation, log: this.#log, range, select, current, ...shared };
    const subscription: unknown = new StoreSubscription(following);
    return subscription as Subscription<RecordedEvent<T>>; // The filter lets only events of these types pass.
  };

  readonly close = (): Promise<void> => this.#lifetime.close();

  readonly [Symbol.asyncDispose] = (): Promise<void> => this.close();

  /** A separate method, because a function that contains a closure allocates its context at each call. */
  #appendObserved(
    observer: NamespaceObserver,
    ...[actorId, events, options]: Parameters<NamespaceStore["append"]>
  ): Promise<AppendResult> {
    const work = (derived: DerivedMetadata | undefined) => this.#append(actorId, events, options, derived);
    return observer.run({ name: "append", actorId }, work, StoredAppend.describe);
  }

  async #append(
    actorId: string,
    events: readonly unknown[],
    options: AppendOptions,
    derived: DerivedMetadata | undefined,
  ): Promise<AppendResult> {
    checkOptions(options, APPEND_OPTIONS, "append");
    const { expectedVersion, commitId, signal } = options;
    checkExpectedVersion(expectedVersion);
    const commit = prepareCommit(parseActorId(actorId), events, expectedVersion, commitId, this.#settings, derived);
    // Checked last: a getter in the caller's events may have closed the store.
    const operation = Operation.begin(this.#lifetime, "append to", actorId, signal);
    // This replaces `callDriver` and `awaitDriver`, to save one promise and two closures per append.
    operation.lifetime.enter();
    let outcome: AppendOutcome;
    try {
      const answer = this.#log.append(commit, signal);
      outcome = isPromise(answer) ? await answer : answer;
    } catch (error) {
      throw outcomeForCaller(operation.explain(error), commitId);
    } finally {
      operation.lifetime.leave();
    }
    if (!outcome.ok) throw this.#conflict(commit, outcome);
    const result = new StoredAppend(this.namespace, commit, outcome);
    // The bus receives the same objects as the caller.
    if (!result.duplicate && this.#channel.hasSubscribers) this.#channel.deliverAll(result.events!);
    return result;
  }

  #observed(reader: EventReader<RecordedEvent>, actorId?: string): EventReader<RecordedEvent> {
    return this.observer === undefined ? reader : new ObservedReader(reader, this.observer, actorId);
  }

  #conflict(
    { actorId, expectedVersion: expected }: Commit,
    { actual }: AppendOutcome & { ok: false },
  ): VersionConflictError {
    if (expected === "any") throw new TypeError(`The driver reported a conflict for "any", which expects nothing`);
    return new VersionConflictError({ namespace: this.namespace, actorId, expected, actual });
  }
}

freezeClass(NamespaceStore);

/** Refuses a handler: `subscribe` of a bus takes one, `subscribe` of a store does not. */
function refuseHandler(options: unknown): void {
  if (typeof options !== "function") return;
  throw new InvalidArgumentError(
    "subscribe takes no handler: iterate its result with for await, or pass the handler to the namespace's bus",
    { argument: "options" },
  );
}
