import { assertEquals } from "@std/assert";
import { consume, type ConsumeOptions } from "@flowmade-one/aether/consumers";
import { memory } from "@flowmade-one/aether/memory";
import type { Measurement } from "@flowmade-one/aether/observability";
import { openTelemetry } from "@flowmade-one/aether/opentelemetry";
import { GaugeValues } from "../../src/telemetry/gauge_values.ts";
import { until } from "../_support/until.ts";
import { RecordingSdk } from "./recording_sdk.ts";

Deno.test("Observer.measure() receives the lag of a consumer", async () => {
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
  const { source: _, ...measurement } = await measured.promise;
  assertEquals(measurement, { name: "consumer.lag", value: 2, namespace: store.namespace, group: "mailer" });
  blocked.resolve();
  await mailer.close();
});

Deno.test("Observer.measure() receives the number of parked actors of a consumer that starts again", async () => {
  const measured: number[] = [];
  const observer = {
    measure: ({ name, value }: Measurement) => void (name === "consumer.parked" && measured.push(value)),
  };
  await using backend = memory({ observer });
  const store = backend.store("tenant-a");
  for (const actorId of ["a", "b"]) {
    await store.append(actorId, [{ type: "Made", data: {} }], { expectedVersion: 0 });
  }
  const options: ConsumeOptions = { name: "mailer", saveEvery: 20, onFailure: () => "park", onError: () => {} };
  const join = () => consume(store, options, () => Promise.reject(new Error("no")));
  const first = await join();
  await first.caughtUp();
  await first.close();
  measured.length = 0;
  await using _second = await join();
  await until("the parked actors are measured", () => measured.length > 0);
  assertEquals(measured, [2]);
});

Deno.test("openTelemetry() records the highest lag of consumers with one name, without their namespaces", async () => {
  await using sdk = new RecordingSdk();
  const observer = openTelemetry(sdk.api);
  const source = {};
  const measure = (namespace: string, value: number) => {
    observer.measure!({ name: "consumer.lag", value, namespace: namespace as never, group: "mailer", source });
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

/** Each row: measurements as `[observer, source, value]`, and the exported value. */
const shared: readonly (readonly [
  of: string,
  name: "consumer.lag" | "cluster.shards",
  measured: readonly (readonly [observer: 0 | 1, source: 0 | 1, value: number])[],
  exported: number,
])[] = [
  ["two observers", "consumer.lag", [[0, 0, 7], [1, 1, 3]], 7],
  ["two observers, of which the one with the higher value ends", "consumer.lag", [[0, 0, 7], [1, 1, 3], [0, 0, 0]], 3],
  ["two backends of one observer", "consumer.lag", [[0, 0, 7], [0, 1, 3]], 7],
  ["two backends that both end", "consumer.lag", [[0, 0, 7], [0, 1, 3], [0, 1, 0], [0, 0, 0]], 0],
  ["two nodes of one observer, whose shards add up", "cluster.shards", [[0, 0, 7], [0, 1, 3]], 10],
  ["two nodes, of which one ends", "cluster.shards", [[0, 0, 7], [0, 1, 3], [0, 0, 0]], 3],
];

for (const [of, name, measured, exported] of shared) {
  Deno.test(`openTelemetry() combines the gauges of ${of}`, async () => {
    await using sdk = new RecordingSdk();
    const observers = [openTelemetry(sdk.api), openTelemetry(sdk.api)];
    const sources = [{}, {}];
    for (const [observer, source, value] of measured) {
      observers[observer]!.measure!({ name, value, source: sources[source]!, group: "mailer" });
    }
    const values = (await sdk.values()).filter(({ metric }) => metric === `aether.${name}`);
    assertEquals(values.map(({ value }) => value), [exported]);
  });
}

Deno.test("GaugeValues.update() returns the highest value of one gauge, and forgets values of 0", () => {
  const gauges = new GaugeValues();
  const source = {};
  const update = (gauge: string, namespace: string, value: number) => {
    return gauges.update(gauge, { source, namespace }, value, "highest");
  };
  assertEquals(update("a", "one", 5), 5);
  assertEquals(update("b", "one", 1), 1);
  assertEquals(update("a", "two", 2), 5);
  assertEquals(update("a", "one", 0), 2);
  assertEquals(update("a", "two", 0), 0);
});
