/** A log for imports, and targets that have a fault. */
import type { RecordedEvent } from "@flowmade-one/aether";
import { createBackend, type Driver, type Log } from "@flowmade-one/aether/adapter";
import { memoryDriver } from "@flowmade-one/aether/memory";
import { parseNamespace } from "../../mod.ts";

/** The namespace that is imported. */
export const NAMESPACE = "prod.orders";

/** A driver with commits of one and several events, snapshots, records, and another namespace. */
export async function source(): Promise<Driver> {
  const driver = memoryDriver({ now: () => 1_767_225_600_000 });
  const backend = createBackend(driver, { now: () => 1_767_225_600_000 });
  const store = backend.store(NAMESPACE);
  for (let n = 0; n < 30; n++) {
    const events = Array.from({ length: 1 + n % 3 }, (_, i) => ({
      type: "Made",
      data: { n, i, "é": [null, -0.5, { deep: "😀" }] },
      metadata: i === 0 ? { correlationId: `r${n}` } : {},
    }));
    await store.append(`order.${n % 4}`, events, { expectedVersion: "any" });
  }
  for (const version of [2, 5]) {
    await store.snapshots.put("order.1", { version, schema: 1, eventId: "e", state: { version } }, { keep: 2 });
  }
  await backend.store("prod").append("order.1", [{ type: "Made", data: {} }], { expectedVersion: 0 });
  const { records } = driver.open(parseNamespace(NAMESPACE));
  for (const key of ["a.1", "b"]) await records!.put(key, new TextEncoder().encode(`value of ${key}`), 0);
  return driver;
}

export function eventsOf(driver: Driver, name = NAMESPACE): Promise<RecordedEvent[]> {
  return createBackend(driver).store(name).readAll().toArray();
}

export function withoutPositions(events: readonly RecordedEvent[]): unknown[] {
  return events.map(({ position: _, ...event }) => event);
}

/** A driver whose log has a fault. */
export function faulty(driver: Driver, fault: (log: Log) => Partial<Log>): Driver {
  return {
    capabilities: driver.capabilities,
    open: (name) => {
      const log = driver.open(name);
      const delegate = Object.fromEntries(
        ["append", "readLog", "latestCommit", "latestVersion", "putSnapshot", "getSnapshot"].map((method) => [
          method,
          (...args: unknown[]) => (log as unknown as Record<string, (...args: unknown[]) => unknown>)[method]!(...args),
        ]),
      );
      return { records: log.records, ...delegate, ...fault(log) } as Log;
    },
    namespaces: () => driver.namespaces(),
    close: () => driver.close(),
  };
}
