/**
 * The in-memory adapter, for tests, and for services that may lose their data when they end. It keeps every
 * guarantee of the event store except durability.
 *
 * @example
 * ```ts
 * import { memory } from "@flowmade-one/aether/memory";
 * import { assertEquals } from "@std/assert";
 *
 * await using backend = memory();
 * const store = backend.store("tenant-a");
 * await store.append("cart.7", [{ type: "Opened", data: { by: "Ann" } }], { expectedVersion: 0 });
 * const [event] = await store.read("cart.7").toArray();
 * assertEquals(event?.data, { by: "Ann" });
 * ```
 *
 * @module
 */
export type { Quota, Retention } from "../../adapter.ts";
export { memory, memoryDriver } from "./memory.ts";
export type { MemoryOptions } from "./memory_options.ts";
