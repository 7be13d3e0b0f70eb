import type { Backend, EventStore } from "@flowmade-one/aether";
import type { AnyEvents } from "@flowmade-one/aether/types";
import { createBackend } from "@flowmade-one/aether/adapter";
import { MemoryDriver } from "../../adapters/memory/memory_driver.ts";
import type { MemoryOptions } from "../../adapters/memory/memory_options.ts";

/** Milliseconds for which a test waits for what is to become so. */
const PATIENCE_MS = 30_000;

/** Several processes on one storage in memory: each has a backend of its own. */
export class SharedMemory implements AsyncDisposable {
  readonly driver: MemoryDriver;
  readonly #backends: Backend[] = [];

  constructor(options: MemoryOptions = {}) {
    this.driver = new MemoryDriver(options);
  }

  /** The store of another process. */
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

/** Appends events of one type to actors, one commit each. */
export async function appendTo(store: EventStore<AnyEvents>, ...actorIds: readonly string[]): Promise<void> {
  for (const actorId of actorIds) {
    await store.append(actorId, [{ type: "Made", data: {} }], { expectedVersion: "any" });
  }
}

/** Waits until something is so. */
export async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (!await isSo()) {
    if (performance.now() > end) throw new Error(`Not so after ${PATIENCE_MS} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
