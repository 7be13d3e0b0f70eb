import { assert, assertEquals } from "@std/assert";
import { BareSocket } from "../../bench/jetstream/bare_socket.ts";
import { eventBytes } from "../../bench/jetstream/make_event.ts";
import { natsServerForTests, startNatsServer } from "../../tools/nats_server.ts";

const server = await natsServerForTests("2.15.1");

Deno.test({
  name: "BareSocket.receive() receives several large messages without loss",
  ignore: "skip" in server,
  async fn() {
    if ("skip" in server) return;
    await using running = await startNatsServer({ binary: server.binary });
    using socket = await BareSocket.connect(running.port, "inbox.>");
    const body = new Uint8Array(200_000).fill(7);
    const frames = Array.from({ length: 9 }, (_, i) => BareSocket.frame(`inbox.${i}`, "reply", `N: ${i}`, body));
    for (const frame of frames) await socket.write(frame);
    const last = await socket.receive(9);
    assertEquals(new TextDecoder().decode(last.subarray(0, 18)), "NATS/1.0\r\nN: 8\r\n\r\n");
    assertEquals(last.subarray(last.length - body.length), body);
  },
});

Deno.test("eventBytes() makes events of 253 to 259 bytes", () => {
  for (let i = 0; i < 200_000; i += 777) {
    const { length } = eventBytes(i);
    assert(Math.abs(length - 256) <= 3, `Event ${i} has ${length} bytes`);
  }
});
