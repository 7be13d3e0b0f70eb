import { assertEquals } from "@std/assert";
import type { Backend } from "@flowmade-one/aether";
import { consume } from "@flowmade-one/aether/consumers";
import { createBackend, type Records } from "@flowmade-one/aether/adapter";
import { UnavailableError } from "@flowmade-one/aether/errors";
import { MemoryDriver } from "../../adapters/memory/memory_driver.ts";
import { TestClock } from "../_support/test_clock.ts";
import { until } from "../_support/until.ts";
import { storeAt } from "./open_store.ts";

/** The faults of the records of a backend. */
interface Faults {
  /** Each request fails with this error. */
  error?: Error;
  /** No request gets an answer: each fails with the reason of its signal. */
  isSilent?: boolean;
  /** The number of failed requests. */
  refused: number;
}

/** A backend in memory whose records have faults. */
function failingBackend(faults: Faults): Backend {
  const driver = new MemoryDriver({});
  return createBackend({
    capabilities: driver.capabilities,
    open: (name) => {
      const log = driver.open(name);
      const { records } = log;
      const send = <T>(request: () => T, signal: AbortSignal | undefined): T | Promise<never> => {
        if (faults.error === undefined && !faults.isSilent) return request();
        if (faults.error !== undefined) {
          faults.refused++;
          throw faults.error;
        }
        return new Promise((_, reject) => {
          signal?.addEventListener("abort", () => {
            faults.refused++;
            reject(signal.reason);
          });
        });
      };
      const failing = {
        isReplaceable: false,
        put: (...[key, value, expected, signal]: Parameters<Records["put"]>) =>
          send(() => records.put(key, value, expected), signal),
        scan: (...[prefix, after, signal]: Parameters<Records["scan"]>) =>
          send(() => records.scan(prefix, after), signal),
        delete: (...args: Parameters<typeof records.delete>) => records.delete(...args),
      };
      return Object.assign(Object.create(log), {
        records: failing,
        follow: log.follow.bind(log),
        append: log.append.bind(log),
        latestCommit: log.latestCommit.bind(log),
        readLog: log.readLog.bind(log),
      });
    },
    namespaces: () => driver.namespaces(),
    close: () => Promise.resolve(),
  });
}

const outages: [name: string, fault: Omit<Faults, "refused">][] = [
  ["refuses requests", { error: new UnavailableError("Cannot reach the storage: the test simulates an outage") }],
  ["answers no request", { isSilent: true }],
];

for (const [name, fault] of outages) {
  Deno.test(`consume() without onError continues after an outage in which the storage ${name}`, async () => {
    const faults: Faults = { refused: 0 };
    const clock = new TestClock();
    using _running = clock.run(10);
    await using backend = failingBackend(faults);
    const store = backend.store("test");
    const handled: number[] = [];
    await using consumer = await consume(
      storeAt(clock, store),
      { name: "c", ttl: 1_000 },
      ({ version }) => void handled.push(version),
    );
    Object.assign(faults, fault);
    await until("requests have failed", () => faults.refused > 2);
    delete faults.error;
    faults.isSilent = false;
    await store.append("a", [{ type: "Made", data: {} }], { expectedVersion: 0 });
    await until("the event is handled", () => handled.length > 0);
    await consumer.caughtUp();
    assertEquals(handled, [1]);
  });
}

Deno.test("consume() without onError makes an error that is no outage an uncaught exception", async () => {
  const faults: Faults = { refused: 0 };
  const clock = new TestClock();
  using _running = clock.run(10);
  await using backend = failingBackend(faults);
  const uncaught: unknown[] = [];
  const listener = (event: ErrorEvent) => {
    event.preventDefault();
    uncaught.push(event.error);
  };
  globalThis.addEventListener("error", listener);
  const error = new TypeError("the test simulates a defect of the storage");
  try {
    const store = storeAt(clock, backend.store("test"));
    await using _consumer = await consume(store, { name: "c", ttl: 1_000 }, () => {});
    faults.error = error;
    await until("an exception is uncaught", () => uncaught.length > 0);
    delete faults.error;
  } finally {
    globalThis.removeEventListener("error", listener);
  }
  assertEquals(uncaught[0], error);
});
