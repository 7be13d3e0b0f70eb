import { assertEquals } from "@std/assert";
import { consume } from "@flowmade-one/aether/consumers";
import { createBackend } from "@flowmade-one/aether/adapter";
import { UnavailableError } from "@flowmade-one/aether/errors";
import { MemoryDriver } from "../../adapters/memory/memory_driver.ts";
import { until } from "./open_store.ts";

Deno.test("consume() without onError continues after an outage of the storage", async () => {
  const driver = new MemoryDriver({});
  let isUp = true;
  let refused = 0;
  await using backend = createBackend({
    capabilities: driver.capabilities,
    open: (name) => {
      const log = driver.open(name);
      const { records } = log;
      const refuse = () => {
        refused++;
        throw new UnavailableError("Cannot reach the storage: the test simulates an outage");
      };
      const failing = {
        isReplaceable: false,
        put: (...args: Parameters<typeof records.put>) => isUp ? records.put(...args) : refuse(),
        scan: (...args: Parameters<typeof records.scan>) => isUp ? records.scan(...args) : refuse(),
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
  const store = backend.store("test");
  const handled: number[] = [];
  await using consumer = await consume(
    store,
    { name: "c", ttl: 1_000 },
    ({ version }) => void handled.push(version),
  );
  isUp = false;
  await until("the storage has refused", () => refused > 2);
  isUp = true;
  await store.append("a", [{ type: "Made", data: {} }], { expectedVersion: 0 });
  await until("the event is handled", () => handled.length > 0);
  await consumer.caughtUp();
  assertEquals(handled, [1]);
});
