import { assertEquals } from "@std/assert";
import { fromDelivery } from "../../../adapters/jetstream/api/stored_message.ts";

const replies: [reply: string | undefined, numbers: number[] | undefined][] = [
  ["$JS.ACK.t_events.c.1.42.7.1767225600000000000.3", [42, 7, 3]],
  ["$JS.ACK.domain.hash.t_events.c.1.42.7.1767225600000000000.3", [42, 7, 3]],
  ["$JS.ACK.domain.hash.t_events.c.1.42.7.1767225600000000000.3.token", [42, 7, 3]],
  ["$JS.ACK.t_events.c.1.9007199254740991.9007199254740991.1.0", [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, 0]],
  ["$JS.ACK.t_events.c.1.x.4-2..", [NaN, NaN, NaN]],
  ["$JS.ACK.t_events.c.1.42.7.1", undefined],
  ["$JS.FC.t_events.c.x", undefined],
  ["_INBOX.1", undefined],
  [undefined, undefined],
];

Deno.test("fromDelivery() reads sequence and counts of a delivered message from its reply subject", () => {
  for (const [reply, numbers] of replies) {
    const delivery = fromDelivery({ subject: "s", reply, data: new Uint8Array() });
    const { message, delivered, pending } = delivery ?? {};
    assertEquals(message && [message.sequence, delivered, pending], numbers, reply);
  }
});
