import { assertEquals } from "@std/assert";
import type { EventMetadata } from "@flowmade-one/aether";
import { memory } from "@flowmade-one/aether/memory";
import type { DerivedMetadata } from "@flowmade-one/aether/observability";

const derived: DerivedMetadata = {
  traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
  tracestate: "a=1",
  correlationId: "r-1",
  causationId: "e-1",
};
const { traceparent, tracestate, correlationId, causationId } = derived;

/** Each row: the metadata that the caller gave, and what is stored. */
const ROWS: readonly (readonly [of: string, given: EventMetadata | undefined, stored: EventMetadata])[] = [
  ["an event without metadata", undefined, derived],
  ["an event with a pair of its own", { by: "ann" }, { by: "ann", ...derived }],
  ["an event with a traceparent", { traceparent: "mine" }, { traceparent: "mine", correlationId, causationId }],
  ["an event with a malformed traceparent", { traceparent: "00-xyz" }, {
    traceparent: "00-xyz",
    correlationId,
    causationId,
  }],
  ["an event with a tracestate", { tracestate: "b=2" }, { tracestate: "b=2", correlationId, causationId }],
  ["an event with a correlation id", { correlationId: "own" }, {
    correlationId: "own",
    traceparent,
    tracestate,
    causationId,
  }],
  ["an event with 60 pairs", pairs(60), { ...pairs(60), ...derived }],
  ["an event with 61 pairs, as 65 would be too many", pairs(61), pairs(61)],
];

function pairs(count: number): EventMetadata {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [`key-${i}`, ""]));
}

for (const [of, given, stored] of ROWS) {
  Deno.test(`append() adds the observer's metadata to ${of}, where it has no such keys`, async () => {
    const observer = { start: () => ({ metadata: derived }) };
    await using backend = memory({ observer });
    const store = backend.store("tenant-a");
    const event = { type: "Opened", data: {}, ...(given && { metadata: given }) };
    const { events } = await store.append("a", [event], { expectedVersion: 0 });
    assertEquals(events?.[0]?.metadata, stored);
    assertEquals((await store.read("a").toArray())[0]?.metadata, stored);
  });
}

/** Bytes of a commit whose only event has no data and no metadata. */
const EMPTY_COMMIT = '{"time":1,"events":[{"id":"id-1","type":"Opened","data":{}}]}'.length;
const METADATA = `,"metadata":${JSON.stringify(derived)}`.length;

for (const [room, isAdded] of [[METADATA, true], [METADATA - 1, false]] as const) {
  Deno.test(`append() ${isAdded ? "adds" : "does not add"} metadata of ${METADATA} bytes where ${room} are left`, async () => {
    const observer = { start: () => ({ metadata: derived }) };
    await using backend = memory({ observer, now: () => 1, newId: () => "id-1", maxCommitBytes: EMPTY_COMMIT + room });
    const store = backend.store("tenant-a");
    const { events } = await store.append("a", [{ type: "Opened", data: {} }], { expectedVersion: 0 });
    assertEquals(events?.[0]?.metadata, isAdded ? derived : {});
  });
}
