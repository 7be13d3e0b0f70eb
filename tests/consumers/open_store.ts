import type { Backend, EventStore, RecordedEvent } from "@flowmade-one/aether";
import type { AnyEvents } from "@flowmade-one/aether/types";
import { createBackend, type Log } from "@flowmade-one/aether/adapter";
import { MemoryDriver } from "../../adapters/memory/memory_driver.ts";
import type { MemoryOptions } from "../../adapters/memory/memory_options.ts";
import type { ConsumableStore } from "../../src/consumers/consumable_store.ts";
import { CoordinatorPool } from "../../src/coordination/coordinator_pool.ts";
import type { Environment } from "../../src/coordination/environment.ts";
import { createLogHandle, partsOfLog } from "../../src/store/log_handle.ts";

/** A storage in memory that several processes share. Each process has its own backend. */
export class SharedMemory implements AsyncDisposable {
  readonly driver: MemoryDriver;
  readonly #backends: Backend[] = [];

  constructor(options: MemoryOptions = {}) {
    this.driver = new MemoryDriver(options);
  }

  /** Opens a store in another process. */
  store(namespace = "test"): EventStore<AnyEvents> {
    const { driver } = this;
    const backend = createBackend({
      capabilities: driver.capabilities,
      records: driver.records,
      open: (name) => driver.open(name),
      namespaces: () => driver.namespaces(),
      close: () => Promise.resolve(),
    });
    this.#backends.push(backend);
    return backend.store<string, AnyEvents>(namespace);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const backend of this.#backends) await backend.close();
  }
}

/** A store whose consumers and sessions use a clock of the test. */
export function storeAt(environment: Environment, store: EventStore<AnyEvents>): ConsumableStore<RecordedEvent> {
  const parts = partsOfLog(store.logHandle)!;
  const coordinators = new CoordinatorPool(parts.log.records!, environment);
  return {
    namespace: store.namespace,
    logHandle: createLogHandle({ ...parts, coordinators }),
    subscribe: () => store.subscribe(),
  };
}

/** A backend of a storage in memory whose logs have other methods. */
export function backendWith(driver: MemoryDriver, change: (log: Log) => Partial<Log>): Backend {
  return createBackend({
    capabilities: driver.capabilities,
    open: (name) => {
      const log = driver.open(name);
      return {
        records: log.records,
        append: log.append.bind(log),
        readActor: log.readActor.bind(log),
        readLog: log.readLog.bind(log),
        follow: log.follow.bind(log),
        latestCommit: log.latestCommit.bind(log),
        latestVersion: log.latestVersion.bind(log),
        putSnapshot: log.putSnapshot.bind(log),
        getSnapshot: log.getSnapshot.bind(log),
        ...change(log),
      };
    },
    namespaces: () => driver.namespaces(),
    close: () => Promise.resolve(),
  });
}

/** Appends one commit of one event to each of these actors, in order. */
export async function appendTo(store: EventStore<AnyEvents>, ...actorIds: readonly string[]): Promise<void> {
  for (const actorId of actorIds) {
    await store.append(actorId, [{ type: "Made", data: {} }], { expectedVersion: "any" });
  }
}
