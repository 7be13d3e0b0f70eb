import { assertEquals } from "@std/assert";
import { DeliveryBuffer } from "../../../adapters/jetstream/api/delivery_buffer.ts";

const message = (sequence: number) => ({ sequence, subject: "s", headers: undefined, data: new Uint8Array() });

Deno.test("DeliveryBuffer.take() returns messages in order, and replies to flow control after earlier messages", () => {
  const buffer = new DeliveryBuffer();
  const replies: string[] = [];
  const take = (max: number) => buffer.take(max, (subject) => replies.push(subject)).map(({ sequence }) => sequence);
  assertEquals([take(2), buffer.isEmpty], [[], true]);
  for (const sequence of [1, 2]) buffer.add(message(sequence));
  buffer.addFlowReply("fc.1");
  buffer.add(message(3));
  buffer.addFlowReply("fc.2");
  assertEquals([take(2), [...replies]], [[1, 2], []]);
  assertEquals([take(1), [...replies], buffer.isEmpty], [[3], ["fc.1"], false]);
  assertEquals([take(1), replies, buffer.isEmpty], [[], ["fc.1", "fc.2"], true]);
  buffer.add(message(4));
  buffer.clear();
  assertEquals([take(9), buffer.isEmpty], [[], true]);
});
