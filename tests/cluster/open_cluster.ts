import type { Cluster } from "@flowmade-one/aether/cluster";
import type { Backend, Namespace } from "@flowmade-one/aether";
import { createBackend } from "@flowmade-one/aether/adapter";
import { MemoryDriver } from "../../adapters/memory/memory_driver.ts";
import type { MemoryRecords } from "../../adapters/memory/memory_records.ts";

/** Options with which a busy machine loses no session, in milliseconds. */
export const PACE = { heartbeat: 20, ttl: 10_000 } as const;

/** A backend in memory, and its records, which a test can change as another process does. */
export interface TestBackend extends AsyncDisposable {
  readonly backend: Backend;
  readonly records: MemoryRecords;
  /** Errors that the backend has reported. */
  readonly errors: unknown[];
  join(name: string): Promise<Cluster>;
}

/**
 * Opens a backend in memory.
 *
 * @param calls `"none"`: the driver cannot send requests between processes.
 */
export function openBackend(calls: "memory" | "none" = "memory"): TestBackend {
  const driver = new MemoryDriver({});
  const errors: unknown[] = [];
  const withoutCalls = {
    capabilities: driver.capabilities,
    records: driver.records,
    open: (name: Namespace) => driver.open(name),
    namespaces: () => driver.namespaces(),
    close: () => driver.close(),
  };
  const backend = createBackend(calls === "memory" ? driver : withoutCalls, {
    onError: (error) => errors.push(error),
  });
  return {
    backend,
    records: driver.records,
    errors,
    join: (name) => backend.join({ name, ...PACE }),
    [Symbol.asyncDispose]: () => backend.close(),
  };
}

/** Ends the session of a node, as another node does after a long silence. */
export function endSession(records: MemoryRecords, { session }: Cluster): void {
  const key = `sessions.${session}`;
  for (let isEnded = false; !isEnded;) {
    const { revision } = records.scan("sessions.", 0).entries.find((entry) => entry.key === key)!;
    isEnded = records.put(key, new Uint8Array(), revision) !== undefined;
  }
}
