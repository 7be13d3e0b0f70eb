import { assertEquals } from "@std/assert";
import type { Backend } from "@flowmade-one/aether";
import { consume } from "@flowmade-one/aether/consumers";
import { createBackend } from "@flowmade-one/aether/adapter";
import { UnavailableError } from "@flowmade-one/aether/errors";
import { MemoryDriver } from "../../adapters/memory/memory_driver.ts";
import { until } from "./open_store.ts";

/** A backend in memory whose records fail with an error while `faults.error` is set. */
function failingBackend(faults: { error?: Error; refused: number }): Backend {
  const driver = new MemoryDriver({});
  return createBackend({
    capabilities: driver.capabilities,
    open: (name) => {
      const log = driver.open(name);
      const { records } = log;
      const check = () => {
        if (faults.error === undefined) return;
        faults.refused++;
        throw faults.error;
      };
      const failing = {
        isReplaceable: false,
        put: (...args: Parameters<typeof records.put>) => (check(), records.put(...args)),
        scan: (...args: Parameters<typeof records.scan>) => (check(), records.scan(...args)),
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

Deno.test("consume() without onError continues after an outage of the storage", async () => {
  const faults: { error?: Error; refused: number } = { refused: 0 };
  await using backend = failingBackend(faults);
  const store = backend.store("test");
  const handled: number[] = [];
  await using consumer = await consume(
    store,
    { name: "c", ttl: 1_000 },
    ({ version }) => void handled.push(version),
  );
  faults.error = new UnavailableError("Cannot reach the storage: the test simulates an outage");
  await until("the storage has refused", () => faults.refused > 2);
  delete faults.error;
  await store.append("a", [{ type: "Made", data: {} }], { expectedVersion: 0 });
  await until("the event is handled", () => handled.length > 0);
  await consumer.caughtUp();
  assertEquals(handled, [1]);
});

Deno.test("consume() without onError makes an error that is no outage an uncaught exception", async () => {
  const faults: { error?: Error; refused: number } = { refused: 0 };
  await using backend = failingBackend(faults);
  const uncaught: unknown[] = [];
  const listener = (event: ErrorEvent) => {
    event.preventDefault();
    uncaught.push(event.error);
  };
  globalThis.addEventListener("error", listener);
  const error = new TypeError("the test simulates a defect of the storage");
  try {
    await using _consumer = await consume(backend.store("test"), { name: "c", ttl: 1_000 }, () => {});
    faults.error = error;
    await until("an exception is uncaught", () => uncaught.length > 0);
    delete faults.error;
  } finally {
    globalThis.removeEventListener("error", listener);
  }
  assertEquals(uncaught[0], error);
});
