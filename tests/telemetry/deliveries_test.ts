import { assert, assertEquals, assertThrows } from "@std/assert";
import { decider, events, execute } from "@flowmade-one/aether";
import { consume } from "@flowmade-one/aether/consumers";
import { memory } from "@flowmade-one/aether/memory";
import { handleEvent, type Observer } from "@flowmade-one/aether/observability";
import { openTelemetry } from "@flowmade-one/aether/opentelemetry";
import { type RecordedSpan, RecordingSdk } from "./recording_sdk.ts";

const placed = { type: "Placed", data: {} };

const ParcelEvents = events<{ Packed: { order: string } }>();
const parcel = decider(ParcelEvents, {
  initial: () => false,
  evolve: () => true,
  decide: (order: string, isPacked) => isPacked ? [] : [{ type: "Packed", data: { order } }],
});

/** The ids of a span's links. */
function linksOf(span: RecordedSpan | undefined): readonly string[] {
  return (span?.links ?? []).map(({ context }) => context.spanId);
}

Deno.test("openTelemetry() records a handler of the bus as a consumer span with a link to the append", async () => {
  await using sdk = new RecordingSdk();
  await using backend = memory({ observer: openTelemetry(sdk.api) });
  const seen: string[] = [];
  using _ = backend.bus.within("tenant-a").subscribe(({ id }) => void seen.push(id));
  await backend.store("tenant-a").append("order.1", [{ ...placed, id: "e-1" }], { expectedVersion: 0 });
  const [append] = sdk.named("append aether");
  const [process] = sdk.named("process aether");
  assertEquals([process?.kind, process?.parentSpanContext], [4, undefined]);
  assertEquals(linksOf(process), [append!.spanContext().spanId]);
  assert(process!.spanContext().traceId !== append!.spanContext().traceId);
  assertEquals(process?.attributes, {
    "messaging.system": "aether",
    "messaging.operation.name": "process",
    "messaging.operation.type": "process",
    "messaging.destination.name": "aether",
    "messaging.message.id": "e-1",
    "aether.namespace": "tenant-a",
    "aether.actor.id": "order.1",
  });
});

Deno.test("openTelemetry() continues the trace of the append in its handler with deliveryTrace continued", async () => {
  await using sdk = new RecordingSdk();
  await using backend = memory({ observer: openTelemetry(sdk.api, { deliveryTrace: "continued" }) });
  using _ = backend.bus.within("tenant-a").subscribe(() => {});
  await backend.store("tenant-a").append("order.1", [placed], { expectedVersion: 0 });
  const [append] = sdk.named("append aether");
  const [process] = sdk.named("process aether");
  assertEquals(process?.parentSpanContext?.spanId, append!.spanContext().spanId);
  assertEquals(linksOf(process), [append!.spanContext().spanId]);
});

Deno.test("openTelemetry() records a handler that rejects with the error's class, after its promise settles", async () => {
  await using sdk = new RecordingSdk();
  await using backend = memory({ observer: openTelemetry(sdk.api), onError: () => {} });
  const { promise, reject } = Promise.withResolvers<void>();
  using _ = backend.bus.within("tenant-a").subscribe(() => promise);
  backend.bus.within("tenant-a").publish("order.1", placed);
  assertEquals(sdk.named("process aether").length, 0);
  reject(new RangeError("secret"));
  await promise.catch(() => {});
  await Promise.resolve();
  const [process] = sdk.named("process aether");
  assertEquals([process?.attributes["error.type"], process?.status.code], ["RangeError", 2]);
});

Deno.test("execute() in a handler stores the cause and the correlation of the handled event", async () => {
  await using sdk = new RecordingSdk();
  await using backend = memory({ observer: openTelemetry(sdk.api) });
  const parcels = backend.store("orders", ParcelEvents);
  const packed = Promise.withResolvers<void>();
  using _ = backend.bus.within("orders").subscribe(async ({ actorId }) => {
    await Promise.resolve();
    await execute(parcels, parcel, "parcel.1", actorId);
    packed.resolve();
  }, { actors: "order.*" });
  await backend.store("orders").append("order.1", [{ ...placed, id: "e-1" }], { expectedVersion: 0 });
  await packed.promise;
  const [event] = await parcels.read("parcel.1").toArray();
  const { correlationId, causationId, traceparent } = event!.metadata;
  assertEquals([correlationId, causationId], ["e-1", "e-1"]);
  const append = sdk.named("append aether").find(({ attributes }) => attributes["aether.actor.id"] === "parcel.1");
  assertEquals(traceparent?.split("-")[2], append?.spanContext().spanId);
});

Deno.test("append() in a handler passes the correlation id on, and does not replace metadata of the caller", async () => {
  await using sdk = new RecordingSdk();
  await using backend = memory({ observer: openTelemetry(sdk.api) });
  const store = backend.store("tenant-a");
  const answered = Promise.withResolvers<void>();
  using _ = backend.bus.within("tenant-a").subscribe(async () => {
    const events = [placed, { ...placed, metadata: { correlationId: "own", traceparent: "not a trace" } }];
    await store.append("order.2", events, { expectedVersion: 0 });
    answered.resolve();
  }, { actors: "order.1" });
  const cause = { ...placed, id: "e-1", metadata: { correlationId: "r-1" } };
  await store.append("order.1", [cause], { expectedVersion: 0 });
  await answered.promise;
  const [derived, given] = await store.read("order.2").toArray();
  assertEquals([derived?.metadata.correlationId, derived?.metadata.causationId], ["r-1", "e-1"]);
  assertEquals(given?.metadata, { correlationId: "own", causationId: "e-1", traceparent: "not a trace" });
});

Deno.test("append() of an event with a traceparent of the caller has a link to that span", async () => {
  await using sdk = new RecordingSdk();
  await using backend = memory({ observer: openTelemetry(sdk.api) });
  const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  const store = backend.store("tenant-a");
  await store.append("order.1", [{ ...placed, metadata: { traceparent } }], { expectedVersion: 0 });
  await store.append("order.1", [{ ...placed, metadata: { traceparent: "malformed" } }], { expectedVersion: 1 });
  await store.append("order.1", [placed], { expectedVersion: 2 });
  assertEquals(sdk.named("append aether").map(linksOf), [["b7ad6b7169203331"], [], []]);
});

Deno.test("handleEvent() runs the body of a loop in a span of the event, and refuses an event of another namespace", async () => {
  await using sdk = new RecordingSdk();
  await using backend = memory({ observer: openTelemetry(sdk.api) });
  const store = backend.store("tenant-a");
  await store.append("order.1", [{ ...placed, id: "e-1" }], { expectedVersion: 0 });
  for await (const event of store.subscribe()) {
    await handleEvent(store, event, () => store.append("parcel.1", [placed], { expectedVersion: 0 }));
    assertThrows(() => handleEvent(backend.store("tenant-b"), event, () => {}));
    break;
  }
  const [parcel] = await store.read("parcel.1").toArray();
  assertEquals([parcel?.metadata.correlationId, parcel?.metadata.causationId], ["e-1", "e-1"]);
  const [process, ...others] = sdk.named("process aether");
  assertEquals([linksOf(process), others], [[sdk.named("append aether")[0]!.spanContext().spanId], []]);
  assertEquals(sdk.named("append aether")[1]?.parentSpanContext?.spanId, process?.spanContext().spanId);
});

Deno.test("consume() runs a handler in a span of the event, and the handler's command below that span", async () => {
  await using sdk = new RecordingSdk();
  await using backend = memory({ observer: openTelemetry(sdk.api, { deliveryTrace: "continued" }) });
  const orders = backend.store("orders");
  const parcels = backend.store("orders", ParcelEvents);
  await orders.append("order.1", [{ ...placed, id: "e-1" }], { expectedVersion: 0 });
  const packed = Promise.withResolvers<void>();
  const packer = await consume(orders, { name: "packer", actors: "order.*" }, async ({ actorId }, { execute }) => {
    await execute(parcels, parcel, "parcel.1", actorId);
    packed.resolve();
  });
  await packed.promise;
  await packer.close();
  const [process] = sdk.named("process aether");
  const [command] = sdk.named("execute aether");
  assertEquals(process?.attributes["messaging.consumer.group.name"], "packer");
  assertEquals(command?.parentSpanContext?.spanId, process?.spanContext().spanId);
  assertEquals(new Set(sdk.named("append aether").map((span) => span.spanContext().traceId)).size, 1);
  const [event] = await parcels.read("parcel.1").toArray();
  assertEquals([event?.metadata.correlationId, event?.metadata.causationId], ["e-1", "e-1"]);
});

const eventTrace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

/** Each row: the observer of the consumer's backend, and the trace of the events that its handler stores. */
const traces: readonly (readonly [of: string, observer: Observer | undefined, trace: string | undefined])[] = [
  ["no observer", undefined, eventTrace],
  ["an observer that adds nothing", { start: () => ({}) }, eventTrace],
  ["an observer without an observation", { start: () => undefined }, eventTrace],
  [
    "an observer that adds a trace",
    { start: () => ({ metadata: { traceparent: eventTrace.replace("b7", "c8") } }) },
    eventTrace.replace("b7", "c8"),
  ],
];

for (const [of, observer, traceparent] of traces) {
  Deno.test(`context.execute() stores the trace of the handler, or of the event, with ${of}`, async () => {
    await using backend = memory({ observer });
    await using other = memory();
    const orders = backend.store("orders");
    const stores = [backend.store("orders", ParcelEvents), other.store("orders", ParcelEvents)];
    await orders.append("order.1", [{ ...placed, id: "e-1", metadata: { traceparent: eventTrace } }], {
      expectedVersion: 0,
    });
    const packed = Promise.withResolvers<void>();
    const packer = await consume(orders, { name: "packer", actors: "order.*" }, async ({ actorId }, { execute }) => {
      for (const store of stores) await execute(store, parcel, "parcel.1", actorId);
      packed.resolve();
    });
    await packed.promise;
    await packer.close();
    for (const store of stores) {
      const [event] = await store.read("parcel.1").toArray();
      assertEquals(event?.metadata, { correlationId: "e-1", causationId: "e-1", traceparent });
    }
  });
}

Deno.test("openTelemetry() ignores a malformed traceparent of an event, and starts a new trace for its effects", async () => {
  await using sdk = new RecordingSdk();
  await using backend = memory({ observer: openTelemetry(sdk.api, { deliveryTrace: "continued" }) });
  const store = backend.store("orders");
  const answered = Promise.withResolvers<void>();
  using _ = backend.bus.within("orders").subscribe(async () => {
    await store.append("parcel.1", [placed], { expectedVersion: 0 });
    answered.resolve();
  }, { actors: "order.*" });
  const metadata = { traceparent: "00-1-2-01", tracestate: "a=1" };
  await store.append("order.1", [{ ...placed, metadata }], { expectedVersion: 0 });
  await answered.promise;
  const [given, effect] = await store.readAll().toArray();
  assertEquals(given?.metadata, metadata);
  const { traceId, spanId } = sdk.named("append aether")[0]!.spanContext();
  assertEquals(effect?.metadata.traceparent, `00-${traceId}-${spanId}-01`);
  assertEquals([sdk.named("process aether")[0]?.parentSpanContext, linksOf(sdk.named("process aether")[0])], [
    undefined,
    [],
  ]);
});

Deno.test("openTelemetry() counts an event that a consumer attempts three times once", async () => {
  await using sdk = new RecordingSdk();
  await using backend = memory({ observer: openTelemetry(sdk.api) });
  const store = backend.store("orders");
  await store.append("order.1", [placed], { expectedVersion: 0 });
  const handled = Promise.withResolvers<void>();
  const options = { name: "packer", backoff: () => 0, onError: () => {} };
  const packer = await consume(store, options, (_, { attempt }) => {
    if (attempt < 3) throw new Error("no");
    handled.resolve();
  });
  await handled.promise;
  await packer.close();
  assertEquals(sdk.named("process aether").map(({ attributes }) => attributes["aether.attempt"]), [1, 2, 3]);
  assertEquals(await sdk.sumOf("messaging.client.consumed.messages"), 1);
  assertEquals(await sdk.sumOf("messaging.process.duration"), 3);
});

Deno.test("openTelemetry() counts received events, waiting events of queues, drops and subscriptions", async () => {
  await using sdk = new RecordingSdk();
  await using backend = memory({ observer: openTelemetry(sdk.api) });
  const bus = backend.bus.within("tenant-a");
  const queue = bus.queue({ capacity: 2, overflow: "drop-oldest" });
  for (let i = 0; i < 5; i++) bus.publish("order.1", placed);
  assertEquals([await sdk.sumOf("aether.bus.queue.depth"), await sdk.sumOf("aether.bus.queue.dropped")], [2, 3]);
  queue.close();
  assertEquals(await sdk.sumOf("aether.bus.queue.depth"), 0);
  const store = backend.store("tenant-a");
  await store.append("order.1", [placed, placed], { expectedVersion: 0 });
  const subscription = store.subscribe();
  assertEquals(await sdk.sumOf("aether.subscriptions"), 1);
  let taken = 0;
  for await (const _ of subscription) if (++taken === 2) break;
  assertEquals(await sdk.sumOf("aether.subscriptions"), 0);
  assertEquals(await sdk.sumOf("messaging.client.consumed.messages"), 2);
});
