import { MemoryDriver } from "../../adapters/memory/memory_driver.ts";
import type { MemoryLog } from "../../adapters/memory/memory_log.ts";
import type { Driver } from "../../adapter.ts";
import type { Namespace } from "../../mod.ts";
import { SharedMemoryBus } from "./shared_memory_bus.ts";

/**
 * Memory that several backends share, each through its own driver. They open the same logs. Closing one driver keeps the
 * logs, and the drivers carry bus events to each other.
 */
export class SharedMemory {
  readonly #memory: MemoryDriver = new MemoryDriver({});
  readonly #logs: Map<Namespace, MemoryLog> = new Map();
  readonly #bus: SharedMemoryBus = new SharedMemoryBus();

  /** The driver of one more backend. */
  join(): Driver {
    const calls = this.#memory.calls.join();
    const { carrier, announcing } = this.#bus.join();
    return {
      capabilities: this.#memory.capabilities,
      transport: carrier,
      records: this.#memory.records,
      calls,
      open: (namespace) =>
        announcing(namespace, this.#logs.getOrInsertComputed(namespace, () => this.#memory.open(namespace))),
      namespaces: () => this.#memory.namespaces(),
      close: () => Promise.resolve(calls.close()),
    };
  }
}
