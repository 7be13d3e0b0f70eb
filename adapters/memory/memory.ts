import type { Backend } from "../../mod.ts";
import { createBackend, type Driver } from "../../adapter.ts";
import { MemoryDriver } from "./memory_driver.ts";
import { checkMemoryOptions, type MemoryOptions } from "./memory_options.ts";

/**
 * Creates a backend that keeps all data in the memory of this process.
 *
 * @param options See {@link MemoryOptions}.
 * @returns A separate backend: two backends share no data.
 * @throws {InvalidArgumentError} If an option is invalid.
 *
 * @example A fixed clock for a test
 * ```ts
 * import { memory } from "@flowmade-one/aether/memory";
 * import { assertEquals } from "@std/assert";
 *
 * const store = memory({ now: () => 1_767_225_600_000 }).store("tenant-a");
 * await store.append("cart.7", [{ type: "Opened", data: {} }], { expectedVersion: 0 });
 * const [event] = await store.read("cart.7").toArray();
 * assertEquals(event?.timestamp, 1_767_225_600_000);
 * ```
 */
export function memory(options: MemoryOptions = {}): Backend {
  const { backend, ...bounds } = checkMemoryOptions(options);
  return createBackend(new MemoryDriver({ ...bounds, now: backend.now }), backend);
}

/**
 * Creates a driver that keeps all data in memory, for `importLog` and for tests of adapters. `createBackend` creates a
 * backend with the imported data from it. Applications use {@link memory}.
 *
 * @param options See {@link MemoryOptions}.
 * @throws {InvalidArgumentError} As {@link memory}.
 */
export function memoryDriver(options: MemoryOptions = {}): Driver {
  const { backend, ...bounds } = checkMemoryOptions(options);
  return new MemoryDriver({ ...bounds, now: backend.now });
}
