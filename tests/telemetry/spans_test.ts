import { assert, assertEquals, assertRejects } from "@std/assert";
import { decider, events, execute, load } from "@flowmade-one/aether";
import { everyEvents, withSnapshots } from "@flowmade-one/aether/snapshots";
import { memory } from "@flowmade-one/aether/memory";
import { openTelemetry } from "@flowmade-one/aether/opentelemetry";
import { RecordingSdk } from "./recording_sdk.ts";

const opened = { type: "Opened", data: { secret: "s3cret" } };

const CounterEvents = events<{ Counted: { by: number } }>();
const counter = decider(CounterEvents, {
  initial: () => 0,
  evolve: (sum, { data }) => sum + data.by,
  decide: (by: number) => [{ type: "Counted", data: { by } }],
});

Deno.test("openTelemetry() records an append as a producer span, and puts its context into the event", async () => {
  await using sdk = new RecordingSdk();
  await using backend = memory({ observer: openTelemetry(sdk.api), now: () => 1 });
  const store = backend.store("tenant-a");
  const { commitId } = await store.append("cart.7", [{ ...opened, id: "e-1", metadata: { correlationId: "r-1" } }], {
    expectedVersion: 0,
  });
  const [span] = sdk.named("append aether");
  assertEquals([span?.kind, span?.parentSpanContext], [3, undefined]);
  assertEquals(span?.attributes, {
    "messaging.system": "aether",
    "messaging.operation.name": "append",
    "messaging.operation.type": "send",
    "messaging.destination.name": "aether",
    "messaging.message.id": "e-1",
    "messaging.message.conversation_id": "r-1",
    "aether.namespace": "tenant-a",
    "aether.actor.id": "cart.7",
    "aether.version": 1,
    "aether.duplicate": false,
    "aether.commit.id": commitId,
  });
  const [event] = await store.read("cart.7").toArray();
  const { traceId, spanId } = span!.spanContext();
  assertEquals(event?.metadata, { correlationId: "r-1", traceparent: `00-${traceId}-${spanId}-01` });
});

Deno.test("openTelemetry() records a read as a client span with the number of events", async () => {
  await using sdk = new RecordingSdk();
  await using backend = memory({ observer: openTelemetry(sdk.api) });
  const store = backend.store("tenant-a");
  await store.append("cart.7", [opened, opened], { expectedVersion: 0 });
  await store.read("cart.7").toArray();
  for await (const _ of store.readAll()) break;
  const [collected, iterated] = sdk.named("read aether");
  assertEquals(collected?.attributes, {
    "db.system.name": "aether",
    "db.operation.name": "read",
    "db.collection.name": "aether",
    "aether.namespace": "tenant-a",
    "aether.actor.id": "cart.7",
    "aether.events": 2,
  });
  assertEquals([iterated?.kind, iterated?.attributes["aether.events"]], [2, 1]);
});

Deno.test("openTelemetry() records a command as a tree: execute, attempt, load, read, append", async () => {
  await using sdk = new RecordingSdk();
  await using backend = memory({ observer: openTelemetry(sdk.api) });
  await execute(backend.store("tenant-a", CounterEvents), counter, "visits", 3);
  const parents = sdk.spans.map(({ name, parentSpanContext }) => {
    const parent = sdk.spans.find((other) => other.spanContext().spanId === parentSpanContext?.spanId);
    return [name, parent?.name];
  });
  assertEquals(parents, [
    ["read aether", "load aether"],
    ["load aether", "attempt aether"],
    ["append aether", "attempt aether"],
    ["attempt aether", "execute aether"],
    ["execute aether", undefined],
  ]);
});

Deno.test("openTelemetry() records a conflict as the error type, and counts it", async () => {
  await using sdk = new RecordingSdk();
  await using backend = memory({ observer: openTelemetry(sdk.api) });
  const store = backend.store("tenant-a");
  await store.append("cart.7", [opened], { expectedVersion: 0 });
  await assertRejects(() => store.append("cart.7", [opened], { expectedVersion: 0 }));
  const [, failed] = sdk.named("append aether");
  assertEquals([failed?.attributes["error.type"], failed?.status.code, failed?.status.message], [
    "version-conflict",
    2,
    undefined,
  ]);
  assertEquals(await sdk.sumOf("aether.append.conflicts"), 1);
  assertEquals(await sdk.sumOf("messaging.client.sent.messages"), 1);
});

Deno.test("openTelemetry() counts hits and misses of snapshots, and records replayed events", async () => {
  await using sdk = new RecordingSdk();
  await using backend = memory({ observer: openTelemetry(sdk.api) });
  const store = backend.store("tenant-a", CounterEvents);
  const snapshotted = withSnapshots(counter, { schema: 1, policy: everyEvents(1), onError: () => {} });
  for (const by of [1, 2]) await execute(store, snapshotted, "visits", by);
  assertEquals((await load(store, snapshotted, "visits")).snapshotVersion, 2);
  assertEquals(await sdk.sumOf("aether.snapshot.misses"), 1);
  assertEquals(await sdk.sumOf("aether.snapshot.hits"), 2);
  assertEquals(await sdk.sumOf("aether.load.events"), 3);
  assert(sdk.named("putSnapshot aether").length > 0);
});

Deno.test("openTelemetry() records no data of events", async () => {
  await using sdk = new RecordingSdk();
  await using backend = memory({ observer: openTelemetry(sdk.api) });
  const store = backend.store("tenant-a");
  await store.append("cart.7", [opened], { expectedVersion: 0 });
  await assertRejects(() => store.append("cart.7", [{ type: "Opened", data: 1n as never }], { expectedVersion: 1 }));
  await store.read("cart.7").toArray();
  const recorded = sdk.spans.map(({ name, attributes, events, status, links }) => ({
    name,
    attributes,
    events,
    status,
    links,
  }));
  assert(!JSON.stringify([recorded, await sdk.values()]).includes("s3cret"));
});
