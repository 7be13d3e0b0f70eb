import { assertEquals } from "@std/assert";
import { consume } from "@flowmade-one/aether/consumers";
import { memory } from "@flowmade-one/aether/memory";
import type { Measurement } from "@flowmade-one/aether/observability";
import { openTelemetry } from "@flowmade-one/aether/opentelemetry";
import { HighestValues } from "../../src/telemetry/highest_values.ts";
import { RecordingSdk } from "./recording_sdk.ts";

Deno.test("a consumer measures its lag, the wait of its oldest event and its parked actors", async () => {
  const measured = Promise.withResolvers<Measurement>();
  const observer = {
    measure: (measurement: Measurement) => {
      if (measurement.name === "consumer.lag") measured.resolve(measurement);
    },
  };
  await using backend = memory({ observer });
  const store = backend.store("tenant-a");
  await store.append("a", [{ type: "Made", data: {} }, { type: "Made", data: {} }], { expectedVersion: 0 });
  const blocked = Promise.withResolvers<void>();
  const mailer = await consume(store, { name: "mailer" }, () => blocked.promise);
  assertEquals(await measured.promise, { name: "consumer.lag", value: 2, namespace: store.namespace, group: "mailer" });
  blocked.resolve();
  await mailer.close();
});

Deno.test("gauges of equally named consumers show the maximum over namespaces, and name none", async () => {
  await using sdk = new RecordingSdk();
  const observer = openTelemetry(sdk.api);
  const measure = (namespace: string, value: number) => {
    observer.measure!({ name: "consumer.lag", value, namespace: namespace as never, group: "mailer" });
  };
  const lag = async () => (await sdk.values()).filter(({ metric }) => metric === "aether.consumer.lag");
  measure("acme", 7);
  measure("zeta", 3);
  assertEquals((await lag()).map(({ value, attributes }) => [value, attributes]), [[7, { "aether.group": "mailer" }]]);
  measure("acme", 0);
  assertEquals((await lag())[0]?.value, 3);
  measure("zeta", 0);
  assertEquals((await lag())[0]?.value, 0);
});

Deno.test("HighestValues keeps gauges apart, and forgets namespaces at 0", () => {
  const highest = new HighestValues();
  assertEquals(highest.update("a", "one", 5), 5);
  assertEquals(highest.update("b", "one", 1), 1);
  assertEquals(highest.update("a", "two", 2), 5);
  assertEquals(highest.update("a", "one", 0), 2);
  assertEquals(highest.update("a", "two", 0), 0);
});
