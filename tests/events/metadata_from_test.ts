import { assertEquals } from "@std/assert";
import { type BusEvent, type EventMetadata, metadataFrom } from "@flowmade-one/aether";
import { memory } from "@flowmade-one/aether/memory";

const trace = { traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", tracestate: "a=b" };

const rows: [name: string, metadata: EventMetadata, expected: EventMetadata][] = [
  ["starts a correlation with the event's id", {}, { correlationId: "e1", causationId: "e1" }],
  [
    "carries the correlation id on and replaces the causation id",
    { correlationId: "r1", causationId: "e0" },
    { correlationId: "r1", causationId: "e1" },
  ],
  ["carries the trace context on", trace, { correlationId: "e1", causationId: "e1", ...trace }],
  [
    "carries a traceparent on without a tracestate",
    { traceparent: trace.traceparent },
    { correlationId: "e1", causationId: "e1", traceparent: trace.traceparent },
  ],
  ["leaves a malformed traceparent behind, and its tracestate", { traceparent: "00-1-2-01", tracestate: "a=b" }, {
    correlationId: "e1",
    causationId: "e1",
  }],
  ["leaves a malformed tracestate behind", { ...trace, tracestate: "?" }, {
    correlationId: "e1",
    causationId: "e1",
    traceparent: trace.traceparent,
  }],
  ["leaves the application's own pairs behind", { user: "ann" }, { correlationId: "e1", causationId: "e1" }],
];

for (const [name, metadata, expected] of rows) {
  Deno.test(`metadataFrom() ${name}`, async () => {
    const backend = memory();
    const bus = backend.bus.within("a");
    const events: BusEvent[] = [];
    bus.subscribe((event) => void events.push(event));
    const event = { type: "Made", data: {}, id: "e1", metadata };
    await backend.store("a").append("x", [event], { expectedVersion: 0 });
    bus.publish("x", event);
    assertEquals(events.map(metadataFrom), [expected, expected]);
  });
}
