import { assert, assertEquals } from "@std/assert";
import { memory } from "@flowmade-one/aether/memory";
import { openTelemetry, type OpenTelemetryOptions } from "@flowmade-one/aether/opentelemetry";
import { RecordingSdk } from "./recording_sdk.ts";

function fails(): never {
  throw new Error("no name");
}

/** Functions that do not return a string, and a part of the error that `onError` receives. */
const faulty: readonly (readonly [of: string, name: () => unknown, reported: RegExp])[] = [
  ["throws", fails, /no name/],
  ["returns a number", () => 7, /must return a string/],
  ["returns undefined", () => undefined, /must return a string/],
  ["returns a promise", () => Promise.resolve("acme"), /must return a string/],
  ["returns a promise that rejects", () => Promise.reject(new Error("no name")), /must return a string/],
];

for (const option of ["destination", "namespaceLabel"] as const) {
  for (const [of, name, reported] of faulty) {
    Deno.test(`openTelemetry() loses no span and no metric if ${option} ${of}, and reports the fault once`, async () => {
      await using sdk = new RecordingSdk();
      const errors: unknown[] = [];
      const options = { [option]: name } as OpenTelemetryOptions;
      await using backend = memory({
        observer: openTelemetry(sdk.api, options),
        onError: (error) => void errors.push(error),
      });
      const store = backend.store("acme");
      for (const expectedVersion of [0, 1]) await store.append("a", [{ type: "Made", data: {} }], { expectedVersion });
      await store.subscribe().close();
      assertEquals(sdk.named("append aether").length, 2);
      assertEquals((await store.read("a").toArray()).filter(({ metadata }) => metadata.traceparent === undefined), []);
      assertEquals(await sdk.sumOf("messaging.client.sent.messages"), 2);
      const labels = (await sdk.values()).map(({ attributes }) => attributes["aether.namespace.label"]);
      assertEquals([...new Set(labels)], [option === "destination" ? undefined : "_OTHER"]);
      assertEquals(errors.length, 1);
      assert(reported.test((errors[0] as Error).message), `${errors[0]}`);
    });
  }
}

for (const option of ["destination", "namespaceLabel"] as const) {
  Deno.test(`openTelemetry() reports a failure of ${option} to the backend of the operation`, async () => {
    await using sdk = new RecordingSdk();
    const observer = openTelemetry(sdk.api, { [option]: (namespace: string) => namespace === "acme" ? fails() : "x" });
    const errors: [unknown[], unknown[]] = [[], []];
    const open = (reported: unknown[]) => memory({ observer, onError: (error) => void reported.push(error) });
    await using failing = open(errors[0]);
    await using other = open(errors[1]);
    const appended = failing.store("acme").append("a", [{ type: "Made", data: {} }], { expectedVersion: 0 });
    await other.store("zeta").subscribe().close();
    await other.store("zeta").append("a", [{ type: "Made", data: {} }], { expectedVersion: 0 });
    await appended;
    assertEquals(errors.map(({ length }) => length), [1, 0]);
  });
}

Deno.test("openTelemetry() ends a span and records its metrics if setAttributes of the SDK throws", async () => {
  await using sdk = new RecordingSdk();
  let open = 0;
  const startSpan = () => {
    open++;
    return {
      spanContext: () => ({ traceId: "1".repeat(32), spanId: "1".repeat(16), traceFlags: 1 }),
      setAttributes: fails,
      setStatus: () => {},
      end: () => void open--,
    };
  };
  const errors: unknown[] = [];
  const api = { ...sdk.api, trace: { getTracer: () => ({ startSpan }) } };
  await using backend = memory({ observer: openTelemetry(api), onError: (error) => void errors.push(error) });
  await backend.store("acme").append("a", [{ type: "Made", data: {} }], { expectedVersion: 0 });
  assertEquals([open, errors.length, await sdk.sumOf("messaging.client.sent.messages")], [0, 1, 1]);
});
