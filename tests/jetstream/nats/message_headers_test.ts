import { assertEquals } from "@std/assert";
import type { JetStreamMessage } from "../../../adapters/jetstream/nats/connection.ts";
import { headersOf } from "../../../adapters/jetstream/nats/message_headers.ts";

/** A message as nats.js makes it: `data` is a view of the bytes after the headers, in the same buffer. */
function received(block: string, more: { reply?: string; gap?: string; size?: number } = {}): JetStreamMessage {
  const { reply = "r", gap = "", size } = more;
  const bytes = new TextEncoder().encode(`before${block}${gap}body`);
  const get = (name: string) => `${name} of nats.js`;
  const headers = { code: 404, description: "of nats.js", get, values: (name: string) => [get(name)] };
  return {
    subject: "s",
    reply,
    data: bytes.subarray(bytes.length - 4),
    headers,
    size: () => size ?? 1 + reply.length + new TextEncoder().encode(block).length + 4,
  };
}

const block = "NATS/1.0\r\nA-B:  x y \r\nA:1\r\nA: 2\r\nb: A: 3\r\n\r\n";

Deno.test("headersOf() reads the headers from the bytes before the body", () => {
  const headers = headersOf(received(block));
  const values = ["A-B", "A", "b", "B", "a", "C"].map((name) => headers?.get(name));
  assertEquals(values, ["x y", "1", "A: 3", "", "", ""]);
  assertEquals([headers?.code, headers?.description], [0, ""]);
});

const unusual: [title: string, message: JetStreamMessage][] = [
  ["the headers have a status", received("NATS/1.0 404 Message Not Found\r\nA: 1\r\n\r\n")],
  ["a byte is between the headers and the body", received(block, { gap: "\0" })],
  ["the size is too small", received(block, { size: 9 })],
  ["the size is too great", received(block, { size: 900 })],
  ["the size is missing", { ...received(block), size: undefined } as unknown as JetStreamMessage],
  ["the headers are not ASCII", received("NATS/1.0\r\nA: é\r\n\r\n")],
];

Deno.test("headersOf() returns the headers of nats.js if the bytes before the body are not the headers", () => {
  for (const [title, message] of unusual) assertEquals(headersOf(message)?.get("A"), "A of nats.js", title);
  assertEquals(headersOf({ subject: "s", data: new Uint8Array() }), undefined);
});
