import { assert, assertEquals } from "@std/assert";
import { jetstream } from "@flowmade-one/aether/jetstream";
import { health, type Measurement } from "@flowmade-one/aether/observability";
import { until } from "../_support/until.ts";
import { testOnServer } from "./_support/test_server.ts";

await testOnServer("health() passes, and reports the round trip and the clock skew", async ({ connect }) => {
  await using backend = await jetstream({ connection: await connect() });
  const store = backend.store("tenant-a");
  await store.append("a", [{ type: "Made", data: {} }], { expectedVersion: 0 });
  const { status, reasons, storage } = await health(backend, { maxRoundTrip: 60_000, maxClockSkew: 60_000 });
  assertEquals([status, reasons], ["pass", []]);
  assert(storage!.roundTrip > 0);
  assert(Math.abs(storage!.clockSkew!) < 60_000);
});

await testOnServer(
  "health() fails within its timeout on a frozen server, and passes when the server continues",
  async (scene) => {
    const { server, connect } = scene;
    await using backend = await jetstream({ connection: await connect() });
    await server.suspend();
    const { status, reasons, storage } = await health(backend, { timeout: 300 });
    assertEquals([status, reasons.map(({ code }) => code), storage], ["fail", ["unreachable"], undefined]);
    assert(reasons[0]!.message.includes("within 300 ms"));
    server.resume();
    assertEquals((await health(backend, { timeout: 60_000, maxRoundTrip: 60_000 })).status, "pass");
  },
);

await testOnServer("an observer counts a reconnect, and health() fails while the server is down", async (scene) => {
  const { server, connect } = scene;
  const reconnected = Promise.withResolvers<Measurement>();
  const observer = {
    measure: (measurement: Measurement) => {
      if (measurement.name === "reconnects") reconnected.resolve(measurement);
    },
  };
  const connection = await connect({ reconnectTimeWait: 50, maxReconnectAttempts: -1 });
  await using backend = await jetstream({ connection, observer });
  const store = backend.store("tenant-a");
  await store.append("a", [{ type: "Made", data: {} }], { expectedVersion: 0 });
  await using subscription = store.subscribe();
  const iterator = subscription[Symbol.asyncIterator]();
  await iterator.next();
  const next = iterator.next();
  const lost = (async () => {
    for await (const { type } of connection.status()) if (type === "disconnect") break;
  })();
  await server.kill9();
  await lost;
  await until("the subscription is reconnecting", () => subscription.state === "reconnecting");
  const { reasons } = await health(backend, { timeout: 200 });
  assert(reasons.some(({ code }) => code === "unreachable"));
  await server.restart();
  assertEquals((await reconnected.promise).value, 1);
  await store.append("a", [{ type: "Made", data: {} }], { expectedVersion: 1 });
  assertEquals((await next).done, false);
});
