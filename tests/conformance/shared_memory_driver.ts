import { MemoryDriver } from "../../adapters/memory/memory_driver.ts";
import type { MemoryLog } from "../../adapters/memory/memory_log.ts";
import type { Capabilities, Driver } from "../../adapter.ts";
import type { Namespace } from "../../mod.ts";

/** Memory as several backends can share it: each opens the same logs, and none of them takes them along when it closes. */
export class SharedMemoryDriver implements Driver {
  readonly #memory: MemoryDriver = new MemoryDriver({});
  readonly #logs: Map<Namespace, MemoryLog> = new Map();

  get capabilities(): Capabilities {
    return this.#memory.capabilities;
  }

  open(namespace: Namespace): MemoryLog {
    return this.#logs.getOrInsertComputed(namespace, () => this.#memory.open(namespace));
  }

  namespaces(): Iterable<Namespace> {
    return this.#memory.namespaces();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
