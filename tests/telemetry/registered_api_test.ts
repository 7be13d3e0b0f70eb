import { assert, assertEquals } from "@std/assert";
import * as module from "@opentelemetry/api";
import { memory } from "@flowmade-one/aether/memory";
import { openTelemetry } from "@flowmade-one/aether/opentelemetry";
import { RecordingSdk } from "./recording_sdk.ts";

/** The parts of an SDK that a program registers. */
type Parts = readonly ("trace" | "metrics" | "context")[];

/** Registers parts of an SDK for the process until disposal. */
function register(sdk: RecordingSdk, parts: Parts): Disposable {
  const { trace, metrics, context } = sdk.api as unknown as {
    trace: module.TracerProvider;
    metrics: module.MeterProvider;
    context: module.ContextManager;
  };
  if (parts.includes("trace")) module.trace.setGlobalTracerProvider(trace);
  if (parts.includes("metrics")) module.metrics.setGlobalMeterProvider(metrics);
  if (parts.includes("context")) {
    const manager: module.ContextManager = {
      active: () => context.active(),
      with: (...args) => context.with(...args),
      bind: (_context, target) => target,
      enable: () => manager,
      disable: () => manager,
    };
    module.context.setGlobalContextManager(manager);
  }
  return {
    [Symbol.dispose]() {
      module.trace.disable();
      module.metrics.disable();
      module.context.disable();
    },
  };
}

/** Each row: the registered parts, whether spans have parents, and whether values of metrics are recorded. */
const registered: readonly (readonly [of: string, parts: Parts, hasSpans: boolean, hasValues: boolean])[] = [
  ["traces and the context", ["trace", "context"], true, false],
  ["traces alone", ["trace"], true, false],
  ["metrics alone", ["metrics"], false, true],
  ["all parts", ["trace", "metrics", "context"], true, true],
];

for (const [of, parts, hasSpans, hasValues] of registered) {
  Deno.test(`openTelemetry() records with the registered parts of an SDK: ${of}`, async () => {
    await using sdk = new RecordingSdk();
    using _ = register(sdk, parts);
    const errors: unknown[] = [];
    const observer = openTelemetry();
    assert(observer !== undefined);
    await using backend = memory({ observer, onError: (error) => void errors.push(error) });
    const store = backend.store("acme");
    await store.append("a", [{ type: "Made", data: {} }], { expectedVersion: 0 });
    const [event] = await store.read("a").toArray();
    assertEquals(Object.keys(event!.metadata), hasSpans ? ["traceparent"] : []);
    assertEquals(sdk.named("append aether").length, hasSpans ? 1 : 0);
    assertEquals((await sdk.values()).length > 0, hasValues);
    assertEquals(errors, []);
  });
}

Deno.test("openTelemetry() returns undefined if only a context manager is registered", async () => {
  await using sdk = new RecordingSdk();
  using _ = register(sdk, ["context"]);
  assertEquals(openTelemetry(), undefined);
});

Deno.test("openTelemetry() combines the gauges of the module of the API and of the registered API of one SDK", async () => {
  await using sdk = new RecordingSdk();
  using _ = register(sdk, ["trace", "metrics", "context"]);
  const measure = (observer: ReturnType<typeof openTelemetry>, value: number) => {
    observer!.measure!({ name: "consumer.lag", value, source: {}, group: "mailer" });
  };
  measure(openTelemetry(module), 50);
  measure(openTelemetry(), 3);
  const lag = (await sdk.values()).filter(({ metric }) => metric === "aether.consumer.lag");
  assertEquals(lag.map(({ value }) => value), [50]);
});
