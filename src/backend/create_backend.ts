import { BackendBus } from "../bus/backend_bus.ts";
import type { EventBus } from "../bus/event_bus.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { checkClusterOptions, type ClusterOptions } from "../cluster/cluster_options.ts";
import { joinCluster } from "../cluster/join_cluster.ts";
import { CoordinatorPool } from "../coordination/coordinator_pool.ts";
import { SYSTEM_ENVIRONMENT } from "../coordination/environment.ts";
import { UnsupportedStorageError } from "../errors/unsupported_storage_error.ts";
import { checkOptions } from "../checks/check_options.ts";
import type { CommitSettings } from "../commits/commit_settings.ts";
import type { Capabilities, Driver } from "../driver/driver.ts";
import { isAetherError } from "../errors/is_aether_error.ts";
import { throwLater } from "../base/throw_later.ts";
import type { EventMap } from "../events/event_map.ts";
import { checkEvents, type Events } from "../events/events.ts";
import type { BusEvent } from "../events/published_event.ts";
import { randomId } from "../events/random_id.ts";
import type { Grant } from "../grants/grant.ts";
import { GrantMint } from "../grants/grant_mint.ts";
import { Operation } from "../lifecycle/operation.ts";
import { CloseScope } from "../lifecycle/close_scope.ts";
import type { Namespace } from "../base/namespace.ts";
import { namespaceOf } from "../values/parse_namespace.ts";
import { compilePattern } from "../values/compile_pattern.ts";
import { ObserverGuard } from "../observer/observer_guard.ts";
import { backgroundErrorReporter } from "./background_error_reporter.ts";
import type { EventStore, Subscription } from "../store/event_store.ts";
import type { NamespaceParts } from "../store/namespace_parts.ts";
import { NamespaceStore } from "../store/namespace_store.ts";
import type { Backend, BackendOptions, BackendProbe, GrantOptions, ProbeOptions } from "./backend.ts";
import { countSubscriptions, probeStorage } from "./probe_storage.ts";
import { checkBackendOptions } from "./check_backend_options.ts";

/**
 * Creates a backend from a driver. An adapter's own function, such as `memory()`, opens its driver and returns the
 * result of this call.
 *
 * @param driver See {@link Driver}.
 * @param options See {@link BackendOptions}.
 * @throws {InvalidArgumentError} If an option is invalid.
 *
 * @example
 * ```ts ignore
 * import type { Backend } from "@flowmade-one/aether";
 * import { createBackend } from "@flowmade-one/aether/adapter";
 *
 * export function file(path: string): Backend {
 *   return createBackend(new FileDriver(path));
 * }
 * ```
 */
export function createBackend(driver: Driver, options: BackendOptions = {}): Backend {
  return new DriverBackend(driver, checkBackendOptions(options, "createBackend"));
}

/** Returns a function that does not throw: an error of the user's function becomes an uncaught exception. */
function errorReporter(onError: (error: unknown) => void): (error: unknown) => void {
  return (error) => {
    try {
      onError(error);
    } catch (failure) {
      throwLater(failure);
    }
  };
}

const GRANT_OPTIONS: ReadonlySet<string> = new Set(["reason"]);
const PROBE_OPTIONS: ReadonlySet<string> = new Set(["signal"]);

class DriverBackend implements Backend {
  readonly capabilities: Capabilities;
  readonly #driver: Driver;
  readonly #parts: Map<Namespace, NamespaceParts> = new Map();
  readonly #settings: CommitSettings;
  readonly #mint: GrantMint;
  readonly #bus: BackendBus;
  readonly #lifetime: CloseScope = new CloseScope("the backend");
  readonly #onError: BackendOptions["onError"];
  /** The subscriptions of stores that have not ended. */
  readonly #subscriptions: Set<Pick<Subscription<unknown>, "state">> = new Set();
  readonly #observer: ObserverGuard | undefined;

  constructor(driver: Driver, options: BackendOptions) {
    const { now = Date.now, newId = randomId, onGrantUsed, onError, observer } = options;
    const report = (error: unknown, event: BusEvent | undefined) => {
      try {
        (onError ?? throwLater)(error, event);
      } catch (failure) {
        throwLater(failure);
      }
    };
    this.capabilities = Object.freeze({ ...driver.capabilities });
    this.#driver = driver;
    this.#observer = observer && new ObserverGuard(observer, backgroundErrorReporter(onError));
    if (this.#observer !== undefined) this.#watchReconnects(this.#observer);
    this.#onError = onError;
    this.#settings = { now, newId, maxCommitBytes: driver.capabilities.maxCommitBytes };
    this.#mint = new GrantMint(onGrantUsed);
    this.#bus = new BackendBus({
      settings: this.#settings,
      mint: this.#mint,
      lifetime: this.#lifetime,
      transport: driver.transport,
      onError: report,
      observer: this.#observer,
      onUndelivered: (error) => {
        // Without `onError`, a corrupt event is ignored: another process has sent it, and must not be able to end this
        // process.
        if (onError !== undefined || !isAetherError(error, "corrupt-data")) report(error, undefined);
      },
    });
  }

  store<E extends EventMap>(...args: readonly [namespace?: string, events?: Events<E>]): EventStore<E> {
    const namespace = namespaceOf(args);
    checkEvents(args[1]);
    this.#lifetime.check(`open a store of namespace "${namespace}"`);
    const store: EventStore = new NamespaceStore(this.#partsOf(namespace), this.#settings, this.#lifetime, args[1]);
    return store as unknown as EventStore<E>; // At run time, every store is a store of any events.
  }

  grant(pattern: string, options: GrantOptions): Grant {
    checkOptions(options, GRANT_OPTIONS, "grant");
    const { reason } = options;
    this.#lifetime.check(`grant "${pattern}"`);
    return this.#mint.mint(pattern, reason);
  }

  namespaces(grant: Grant): AsyncIterable<Namespace> {
    this.#lifetime.check("list namespaces");
    const { pattern } = this.#mint.use(grant, "namespaces");
    return this.#list(compilePattern(pattern));
  }

  get bus(): EventBus {
    return this.#bus;
  }

  async probe(options: ProbeOptions = {}): Promise<BackendProbe> {
    checkOptions(options, PROBE_OPTIONS, "probe");
    const { signal } = options;
    const operation = Operation.begin(this.#lifetime, "probe", "the storage", signal);
    return { ...await probeStorage(this.#driver, operation), subscriptions: countSubscriptions(this.#subscriptions) };
  }

  async join(options: ClusterOptions = {}): Promise<Cluster> {
    const checked = checkClusterOptions(options);
    const operation = Operation.begin(this.#lifetime, "join the cluster as", checked.name, undefined);
    const { records, calls } = this.#driver;
    if (records === undefined) {
      throw new UnsupportedStorageError("Cannot join a cluster: this adapter keeps no records. Use another adapter");
    }
    const { onError = this.#onError } = checked;
    const report = onError && errorReporter((error) => onError(error, undefined));
    const parts = {
      records,
      calls,
      environment: SYSTEM_ENVIRONMENT,
      backend: this.#lifetime,
      report: report ?? throwLater,
      // Without `onError`, an outage of the storage and a taken name are ignored: they must not end the process.
      reportSession: report ?? (() => {}),
      observer: this.#observer,
    };
    return await joinCluster(checked, parts, operation);
  }

  #watchReconnects(observer: ObserverGuard): void {
    this.#driver.onReconnect?.(() => observer.measure({ name: "reconnects", value: 1 }));
  }

  close(): Promise<void> {
    return this.#lifetime.close(() => this.#driver.close());
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #partsOf(namespace: Namespace): NamespaceParts {
    let parts = this.#parts.get(namespace);
    if (parts === undefined) {
      const [log, channel] = [this.#driver.open(namespace), this.#bus.channel(namespace)];
      const coordinators = log.records && new CoordinatorPool(log.records, SYSTEM_ENVIRONMENT);
      const subscriptions = this.#subscriptions;
      parts = { log, channel, storage: Object.freeze({}), coordinators, consuming: new Set(), subscriptions };
      this.#parts.set(namespace, parts);
    }
    return parts;
  }

  async *#list(isCovered: (namespace: string) => boolean): AsyncGenerator<Namespace, void, void> {
    this.#lifetime.check("list namespaces");
    for await (const namespace of this.#driver.namespaces()) {
      this.#lifetime.check("list namespaces");
      if (isCovered(namespace)) yield namespace;
    }
  }
}
