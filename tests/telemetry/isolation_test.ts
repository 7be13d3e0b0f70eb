import { assert, assertEquals } from "@std/assert";
import { type Backend, decider, events, execute } from "@flowmade-one/aether";
import { consume } from "@flowmade-one/aether/consumers";
import { memory } from "@flowmade-one/aether/memory";
import { openTelemetry, type OpenTelemetryOptions } from "@flowmade-one/aether/opentelemetry";
import { RecordingSdk } from "./recording_sdk.ts";

const CounterEvents = events<{ Counted: { by: number } }>();
const counter = decider(CounterEvents, {
  initial: () => 0,
  evolve: (sum, { data }) => sum + data.by,
  decide: (by: number) => [{ type: "Counted", data: { by } }],
});

/** A backend that reports to an SDK, with handlers on the buses of two tenants. */
function open(sdk: RecordingSdk, options?: OpenTelemetryOptions) {
  const backend = memory({ observer: openTelemetry(sdk.api, options) });
  for (const tenant of ["acme", "zeta"]) backend.bus.within(tenant).subscribe(() => Promise.resolve());
  return backend;
}

/** Work in one tenant, with an actor that is named for it. */
async function work(backend: ReturnType<typeof open>, tenant: string): Promise<void> {
  const store = backend.store(tenant, CounterEvents);
  for (const by of [1, 2]) await execute(store, counter, `${tenant}-actor`, by);
  await store.readAll().toArray();
  backend.bus.within(tenant).publish(`${tenant}-actor`, { type: "Pinged", data: {} });
}

Deno.test("openTelemetry() of one backend records nothing of another backend", async () => {
  await using one = new RecordingSdk();
  await using other = new RecordingSdk();
  await using first = open(one);
  await using second = open(other);
  await Promise.all([work(first, "acme"), work(second, "zeta")]);
  for (const [sdk, own, foreign] of [[one, "acme", "zeta"], [other, "zeta", "acme"]] as const) {
    assert(sdk.spans.length > 10);
    assert(sdk.spans.every(({ attributes }) => attributes["aether.namespace"] === own));
    const exported = sdk.spans.map(({ name, attributes, events }) => ({ name, attributes, events }));
    assert(!JSON.stringify([exported, await sdk.values()]).includes(foreign));
  }
  const ids = (sdk: RecordingSdk) => new Set(sdk.spans.map((span) => span.spanContext().spanId));
  const linked = (sdk: RecordingSdk) => {
    return sdk.spans.flatMap((
      { links, parentSpanContext },
    ) => [...links.map(({ context }) => context), parentSpanContext])
      .flatMap((context) => context === undefined ? [] : [context.spanId]);
  };
  assert(linked(one).length > 0 && linked(one).every((id) => ids(one).has(id)));
  assert(linked(other).length > 0 && linked(other).every((id) => ids(other).has(id)));
});

Deno.test("openTelemetry() sets no parents and no links between spans of two namespaces", async () => {
  await using sdk = new RecordingSdk();
  await using backend = open(sdk);
  await Promise.all([work(backend, "acme"), work(backend, "zeta")]);
  const namespaces = new Map(sdk.spans.map((span) => [span.spanContext().spanId, span.attributes["aether.namespace"]]));
  for (const { attributes, links, parentSpanContext } of sdk.spans) {
    const related = [...links.map(({ context }) => context), parentSpanContext].flatMap((context) => context ?? []);
    for (const { spanId } of related) assertEquals(namespaces.get(spanId), attributes["aether.namespace"]);
  }
});

const made = { type: "Made", data: {} };

/** Each row: two namespaces of one or two backends with observers. A handler of the first appends to the second. */
const foreign: readonly (readonly [
  of: string,
  open: (sdk: RecordingSdk) => readonly [from: Backend, to: Backend],
  names: readonly [from: string, to: string],
])[] = [
  ["another namespace", (sdk) => {
    const backend = memory({ observer: openTelemetry(sdk.api) });
    return [backend, backend];
  }, ["acme", "zeta"]],
  ["an equally named namespace of a backend with the same observer", (sdk) => {
    const observer = openTelemetry(sdk.api);
    return [memory({ observer }), memory({ observer })];
  }, ["acme", "acme"]],
  ["an equally named namespace of a backend with an observer of the same SDK", (sdk) => {
    return [memory({ observer: openTelemetry(sdk.api) }), memory({ observer: openTelemetry(sdk.api) })];
  }, ["acme", "acme"]],
];

for (const [of, open, names] of foreign) {
  Deno.test(`openTelemetry() derives the trace only, and no ids, for an event in ${of}`, async () => {
    await using sdk = new RecordingSdk();
    const [from, to] = open(sdk);
    const [source, target] = [from.store(names[0]), to.store(names[1])];
    const appended = Promise.withResolvers<void>();
    from.bus.within(names[0]).subscribe(async () => {
      await target.append("effect", [{ ...made, id: "e-2" }], { expectedVersion: 0 });
      appended.resolve();
    }, { actors: "cause" });
    await source.append("cause", [{ ...made, id: "secret-1", metadata: { correlationId: "secret-r" } }], {
      expectedVersion: 0,
    });
    await appended.promise;
    const [effect] = await target.read("effect").toArray();
    assertEquals(Object.keys(effect!.metadata), ["traceparent"]);
    const append = sdk.named("append aether").find(({ attributes }) => attributes["aether.actor.id"] === "effect")!;
    assertEquals(effect?.metadata.traceparent?.split("-")[2], append.spanContext().spanId);
    assert(!JSON.stringify(append.attributes).includes("secret"));
    for (const backend of new Set([from, to])) await backend.close();
  });
}

Deno.test("context.execute() of a consumer shows no ids of its event in the events and spans of another namespace", async () => {
  await using sdk = new RecordingSdk();
  await using backend = memory({ observer: openTelemetry(sdk.api) });
  const [source, target] = [backend.store("acme"), backend.store("zeta", CounterEvents)];
  const executed = Promise.withResolvers<void>();
  const consumer = await consume(source, { name: "secret-consumer" }, async (_event, { execute }) => {
    await execute(target, counter, "effect", 1, "step");
    executed.resolve();
  });
  await source.append("cause", [{ ...made, id: "secret-1", metadata: { correlationId: "secret-r" } }], {
    expectedVersion: 0,
  });
  await executed.promise;
  await consumer.close();
  const [effect] = await target.read("effect").toArray();
  assertEquals(Object.keys(effect!.metadata), ["traceparent"]);
  assert(!JSON.stringify(effect).includes("secret"));
  const spans = sdk.spans.filter(({ attributes }) => attributes["aether.namespace"] === "zeta");
  assertEquals(new Set(spans.map(({ name }) => name.split(" ")[0])).has("append"), true);
  assert(
    !JSON.stringify(spans.map(({ name, attributes, events }) => ({ name, attributes, events }))).includes("secret"),
  );
});

Deno.test("openTelemetry() records metrics without namespaces and actors", async () => {
  await using sdk = new RecordingSdk();
  await using backend = open(sdk, { destination: (namespace) => namespace });
  await work(backend, "acme");
  const values = await sdk.values();
  assert(values.length > 8);
  assert(!JSON.stringify(values).includes("acme"));
});

Deno.test("openTelemetry() records no names in spans if spanNamespaces and spanActors are false", async () => {
  await using sdk = new RecordingSdk();
  await using backend = open(sdk, { spanNamespaces: false, spanActors: false, destination: () => "tenants.*" });
  await work(backend, "acme");
  assert(!JSON.stringify(sdk.spans.map(({ name, attributes }) => ({ name, attributes }))).includes("acme"));
  assert(sdk.named("append tenants.*").length > 0);
});

Deno.test("openTelemetry() labels metrics by namespaceLabel, up to maxNamespaceLabels", async () => {
  await using sdk = new RecordingSdk();
  const options = { namespaceLabel: (namespace: string) => `label-${namespace}`, maxNamespaceLabels: 2 };
  await using backend = open(sdk, options);
  for (const tenant of ["acme", "beta", "zeta", "omega", "acme"]) await work(backend, tenant);
  const sent = (await sdk.values()).filter(({ metric }) => metric === "messaging.client.sent.messages");
  const labels = new Set(sent.map(({ attributes }) => attributes["aether.namespace.label"]));
  assertEquals([...labels].sort(), ["_OTHER", "label-acme", "label-beta"]);
});
