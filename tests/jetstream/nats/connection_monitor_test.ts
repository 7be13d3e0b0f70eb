import { jetstream, type JetStreamConnection } from "@flowmade-one/aether/jetstream";
import { assert, assertEquals } from "@std/assert";
import { turns } from "../../_support/until.ts";
import { ConnectionMonitor } from "../../../adapters/jetstream/nats/connection_monitor.ts";
import { ServerApi } from "../../../adapters/jetstream/api/server_api.ts";
import { RequestFailure } from "../../../adapters/jetstream/nats/request_failure.ts";
import { poll } from "../../../tools/nats/poll.ts";
import { failureOf } from "../_support/failure_of.ts";
import { reconnected } from "../_support/reconnected.ts";
import { testOnServer } from "../_support/test_server.ts";

/** A timeout in milliseconds, longer than any test: only the monitor can end a pending request. */
const LONGEST = 2 ** 31 - 1;

/** A connection without replies, whose status the test defines. */
function silentConnection(status: JetStreamConnection["status"]): JetStreamConnection {
  return {
    isClosed: () => false,
    publish: () => {},
    rtt: () => Promise.resolve(1),
    status,
    subscribe: () => ({ unsubscribe: () => {}, drain: () => Promise.resolve() }),
  };
}

Deno.test("ConnectionMonitor fails pending requests when the status of the connection cannot be read", async () => {
  const broken = new Error("status is broken");
  const next = Promise.withResolvers<never>();
  const connection = silentConnection(() => ({ [Symbol.asyncIterator]: () => ({ next: () => next.promise }) }));
  const api = new ServerApi(connection, LONGEST);
  const asking = failureOf(api.ask("INFO"));
  next.reject(broken);
  const failure = await asking;
  assert(failure instanceof RequestFailure, String(failure));
  assertEquals([failure.kind, failure.cause, api.monitor.isDown], ["no-reply", broken, false]);
});

Deno.test("ConnectionMonitor.of() assumes that a connection whose status() throws is up", async () => {
  const monitor = ConnectionMonitor.of(silentConnection(() => {
    throw new Error("status is broken");
  }));
  // An unhandled rejection would end the test.
  await turns(1);
  assertEquals(monitor.isDown, false);
});

await testOnServer(
  "ConnectionMonitor.of() starts as down while the connection is down",
  async ({ server, connect }) => {
    const connection = await connect({ maxReconnectAttempts: -1, reconnectTimeWait: 50 });
    const back = reconnected(connection);
    await server.kill9();
    assert(await poll(async () => await failureOf(connection.rtt()) !== undefined), "the connection is not lost");

    const opening = jetstream({ connection, timeout: 60_000 });
    const monitor = ConnectionMonitor.of(connection);
    assert(await poll(() => Promise.resolve(monitor.isDown)), "the connection counts as up");
    assertEquals(monitor.reconnects, 0);

    await server.restart();
    await back;
    await using backend = await opening;
    assertEquals([await backend.store("t").latestVersion("a"), monitor.isDown, monitor.reconnects], [0, false, 1]);
  },
);
