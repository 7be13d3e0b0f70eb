import { assertEquals } from "@std/assert";
import { readPushMessage } from "../../../adapters/jetstream/api/push_message.ts";
import type { JetStreamMessage } from "../../../adapters/jetstream/nats/connection.ts";

/** A message as nats.js makes it from a status line and headers. */
function status(code: number, headers: Record<string, string> = {}, reply?: string): JetStreamMessage {
  const get = (name: string) => headers[name] ?? "";
  const values = (name: string) => name in headers ? [headers[name]!] : [];
  return { subject: "s", reply, data: new Uint8Array(), headers: { code, description: "", get, values } };
}

const DELIVERY = "$JS.ACK.t_events.c.1.42.7.1767225600000000000.3";

Deno.test("readPushMessage() distinguishes deliveries, flow control, heartbeats and the end of a consumer", () => {
  const rows: [title: string, message: JetStreamMessage, received: object][] = [
    ["headers without a status", status(0), { kind: "unknown" }],
    ["a message without headers", { subject: "s", data: new Uint8Array() }, { kind: "unknown" }],
    ["a deleted consumer", status(409), { kind: "end" }],
    ["a missing stream", status(404), { kind: "end" }],
    ["flow control", status(100, {}, "$JS.FC.t_events.c.x"), { kind: "flow-control", reply: "$JS.FC.t_events.c.x" }],
    ["a heartbeat", status(100, { "Nats-Last-Consumer": "7", "Nats-Last-Stream": "42" }), {
      kind: "heartbeat",
      delivered: 7,
      scanned: 42,
      stalled: undefined,
    }],
    ["a heartbeat of a stalled consumer", status(100, { "Nats-Last-Stream": "42", "Nats-Consumer-Stalled": "fc" }), {
      kind: "heartbeat",
      delivered: undefined,
      scanned: 42,
      stalled: "fc",
    }],
  ];
  for (const [title, message, received] of rows) assertEquals(readPushMessage(message), received, title);
  const received = readPushMessage({ subject: "a", reply: DELIVERY, data: new Uint8Array([1]) });
  assertEquals(received.kind === "delivery" && received.delivery, {
    message: { sequence: 42, subject: "a", headers: undefined, data: new Uint8Array([1]) },
    delivered: 7,
    pending: 3,
  });
});
