import { jetstream } from "@flowmade-one/aether/jetstream";
import { assertEquals } from "@std/assert";
import { storedMessage } from "../_support/ask_server.ts";
import { testOnServer } from "../_support/test_server.ts";

const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

await testOnServer(
  "traceHeaders() writes no header for a malformed trace, which stays in the body",
  async ({ connect }) => {
    const connection = await connect();
    await using backend = await jetstream({ connection });
    const store = backend.store("t");
    const metadata = { traceparent, tracestate: "y".repeat(513) };
    const malformed = { traceparent: "00-1-2-01", tracestate: "a=1" };
    await store.append("a", [{ type: "T", data: 1, metadata }], { expectedVersion: 0 });
    await store.append("a", [{ type: "T", data: 1, metadata: malformed }], { expectedVersion: 1 });
    const [first, second] = [
      await storedMessage(connection, "t_events", 1),
      await storedMessage(connection, "t_events", 2),
    ];
    assertEquals([first.headers.includes(`\r\ntraceparent: ${traceparent}`), first.headers.includes("tracestate")], [
      true,
      false,
    ]);
    assertEquals(second.headers.includes("trace"), false);
    assertEquals((await store.read("a").toArray()).map((event) => event.metadata), [metadata, malformed]);
  },
);
