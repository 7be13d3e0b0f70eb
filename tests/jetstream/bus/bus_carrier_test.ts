import { type Backend, type BusEvent, isAetherError } from "@flowmade-one/aether";
import { jetstream } from "@flowmade-one/aether/jetstream";
import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { headers as newHeaders, type NatsConnection } from "@nats-io/transport-node";
import { NATS_SERVER_VERSIONS } from "../../../tools/nats_server.ts";
import { countSubscriptions } from "../_support/ask_server.ts";
import { deleteStream } from "../_support/delete_stream.ts";
import { codeOf } from "../_support/failure_of.ts";
import { retryTransient } from "../_support/retry_transient.ts";
import { reconnected } from "../_support/reconnected.ts";
import { TcpProxy } from "../_support/tcp_proxy.ts";
import { testOnServer } from "../_support/test_server.ts";

const viewed = (n: number) => ({ type: "Viewed", data: n });
const grantOptions = { reason: "test" };

/** Keeps the events that its handler receives. */
class Received {
  readonly events: BusEvent[] = [];
  #wanted = 0;
  #resolve: () => void = () => {};

  readonly handler = (event: BusEvent): void => {
    this.events.push(event);
    if (this.events.length >= this.#wanted) this.#resolve();
  };

  get data(): unknown[] {
    return this.events.map(({ data }) => data);
  }

  /** Waits for a total number of events. Returns the data of all of them. */
  async until(count: number): Promise<unknown[]> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wanted = count;
    this.#resolve = resolve;
    if (this.events.length < count) await promise;
    return this.data;
  }
}

/** Subscribes, and waits until the server has the subscription. */
async function receive(backend: Backend, connection: NatsConnection, namespace: string): Promise<Received> {
  const received = new Received();
  backend.bus.within(namespace).subscribe(received.handler);
  await connection.flush();
  return received;
}

for (const version of NATS_SERVER_VERSIONS) {
  await testOnServer("BusCarrier delivers events after a restart of the server", async ({ server, connect }) => {
    const options = { reconnectTimeWait: 20, maxReconnectAttempts: -1 };
    const [here, there] = [await connect(options), await connect(options)];
    await using one = await jetstream({ connection: here });
    await using two = await jetstream({ connection: there });
    const received = await receive(two, there, "prod.orders");
    const store = one.store("prod.orders");
    await store.append("order.42", [viewed(1)], { expectedVersion: 0 });
    one.bus.within("prod.orders").publish("order.42", viewed(2));
    assertEquals(await received.until(2), [1, 2]);
    const both = Promise.all([here, there].map(reconnected));
    await server.kill9();
    await server.restart();
    await both;
    one.bus.within("prod.orders").publish("order.42", viewed(3));
    assertEquals(await received.until(3), [1, 2, 3]);
    await store.append("order.42", [viewed(4)], { expectedVersion: 1 });
    assertEquals(await received.until(4), [1, 2, 3, 4]);
  }, { version });
}

await testOnServer(
  "BusCarrier.listen() subscribes on the server, and ends the subscriptions when it is disposed",
  async (scene) => {
    const connection = await scene.connect();
    await using backend = await jetstream({ connection });
    const count = () => countSubscriptions(scene.server.monitoringUrl, connection);
    assertEquals(await count(), 1, "replies");
    const { bus } = backend;
    const orders = bus.within("prod.orders");
    const exact = [orders.subscribe(() => {}), orders.subscribe(() => {}, { actors: "order.*" })];
    assertEquals(await count(), 3, "replies, and republished commits and published events of one namespace");
    const wide = bus.observe(backend.grant("prod.>", grantOptions), () => {});
    // A namespace that matches "prod.>" has 2 to 16 tokens. Each number of tokens needs a subject for commits.
    assertEquals(await count(), 3 + 15 + 1, "also 15 subjects of republished commits, and published events");
    wide.close();
    exact[0]!.close();
    assertEquals(await count(), 3);
    exact[1]!.close();
    assertEquals(await count(), 1);
    orders.publish("order.42", viewed(1));
    await backend.store("prod.orders").append("order.42", [viewed(1)], { expectedVersion: 0 });
    assertEquals(await count(), 1, "publishing and appending need no subscription");
    orders.subscribe(() => {});
    await backend.close();
    assertEquals(await count(), 0, "close() ends all subscriptions");
  },
);

await testOnServer("BusCarrier delivers each event once to each backend of one connection", async ({ connect }) => {
  const connection = await connect();
  await using one = await jetstream({ connection });
  await using two = await jetstream({ connection });
  const [own, other] = [await receive(one, connection, "prod"), await receive(two, connection, "prod")];
  one.bus.within("prod").publish("a", viewed(1));
  await one.store("prod").append("a", [viewed(2)], { expectedVersion: 0 });
  await other.until(2);
  two.bus.within("prod").publish("a", viewed(3));
  assertEquals([await own.until(3), await other.until(3)], [[1, 2, 3], [1, 2, 3]]);
});

await testOnServer("BusCarrier delivers no events of another prefix", async ({ connect }) => {
  const connection = await connect();
  await using one = await jetstream({ connection });
  await using two = await jetstream({ connection, prefix: "other" });
  await using three = await jetstream({ connection });
  const [otherPrefix, samePrefix] = [new Received(), new Received()];
  two.bus.observe(two.grant(">", grantOptions), otherPrefix.handler);
  three.bus.observe(three.grant(">", grantOptions), samePrefix.handler);
  await connection.flush();
  await one.store("prod").append("a", [viewed(1)], { expectedVersion: 0 });
  one.bus.within("prod").publish("a", viewed(2));
  await samePrefix.until(2);
  assertEquals(otherPrefix.data, []);
});

await testOnServer("BusCarrier delivers a commit once that the server republishes twice", async ({ connect }) => {
  const connection = await connect();
  await using one = await jetstream({ connection });
  await using two = await jetstream({ connection });
  const received = await receive(two, connection, "prod");
  const copies: { subject: string; data: Uint8Array; headers: NonNullable<unknown> }[] = [];
  const subscription = connection.subscribe("aether.commits.1.prod.>", {
    callback: (_, { subject, data, headers }) => void copies.push({ subject, data, headers: headers! }),
  });
  for (const n of [1, 2, 3]) await one.store("prod").append("a", [viewed(n)], { expectedVersion: n - 1 });
  await received.until(3);
  subscription.unsubscribe();
  // Sends the copies again, in reverse order, as a server may after an election.
  for (const { subject, data, headers } of [...copies].reverse()) {
    connection.publish(subject, data, { headers: headers as ReturnType<typeof newHeaders> });
  }
  await one.store("prod").append("a", [viewed(4)], { expectedVersion: 3 });
  assertEquals(await received.until(4), [1, 2, 3, 4]);
});

await testOnServer(
  "BusCarrier delivers a commit once if it was stored after its append failed",
  async ({ server, connect }) => {
    await using proxy = new TcpProxy(server.port);
    const through = await connect({ servers: proxy.url, reconnectTimeWait: 20, maxReconnectAttempts: -1 });
    await using one = await jetstream({ connection: through, timeout: 500 });
    const own = await receive(one, through, "prod");
    const append = (n: number) =>
      one.store("prod").append("a", [viewed(n)], { expectedVersion: n - 1, commitId: `c-${n}` });
    await retryTransient(() => append(1));
    const isUnknown = Promise.withResolvers<void>();
    proxy.holdAnswers(isUnknown.promise);
    assertEquals(await codeOf(append(2)), "outcome-unknown");
    isUnknown.resolve();
    assertEquals(await own.until(2), [1, 2]);
    assertEquals((await retryTransient(() => append(2))).duplicate, true);
    await retryTransient(() => append(3));
    assertEquals(await own.until(3), [1, 2, 3]);
  },
);

await testOnServer(
  "BusCarrier delivers the commits of a recreated log from its first one",
  async ({ server, connect }) => {
    const connection = await connect();
    await using one = await jetstream({ connection });
    const own = await receive(one, connection, "prod");
    await using two = await jetstream({ connection });
    for (const n of [1, 2]) await two.store("prod").append("a", [viewed(n)], { expectedVersion: n - 1 });
    await one.store("prod").latestVersion("a");
    await deleteStream(server, connection, "prod_events");
    assertEquals(await one.store("prod").latestVersion("a"), 0);
    await two.store("prod").append("b", [viewed(3)], { expectedVersion: "any" });
    assertEquals(await one.store("prod").latestVersion("b"), 1);
    await two.store("prod").append("b", [viewed(4)], { expectedVersion: 1 });
    assertEquals(await own.until(4), [1, 2, 3, 4]);
  },
);

const foreign: [title: string, subject: string, headers: Record<string, string>, isReported: boolean][] = [
  ["published without headers", "aether.events.prod", {}, true],
  ["published at a subject without a namespace", "aether.events.pr=od", {}, false],
  ["published at a commit's subject by a client", "aether.commits.1.prod.0.a", { "Aether-Version": "1" }, true],
  ["published at a commit's subject without an actor", "aether.commits.1.prod.0", {}, false],
  ["published with the headers of the server, but not a commit", "aether.commits.1.prod.0.a", {
    "Nats-Stream": "prod_events",
    "Nats-Subject": "aether.log.prod.0.a",
    "Nats-Sequence": "1",
  }, true],
];

await testOnServer(
  "BusCarrier reports a message that is not an event, ignores foreign subjects, and continues",
  async (scene) => {
    const connection = await scene.connect();
    const reported: [code: string, event: unknown][] = [];
    const onError = (error: unknown, event: unknown) => reported.push([(error as { code: string }).code, event]);
    await using backend = await jetstream({ connection, onError });
    await using withoutOnError = await jetstream({ connection });
    const [first, second] = [new Received(), new Received()];
    backend.bus.observe(backend.grant(">", grantOptions), first.handler);
    withoutOnError.bus.observe(withoutOnError.grant(">", grantOptions), second.handler);
    await connection.flush();
    for (const [, subject, pairs] of foreign) {
      const headers = newHeaders();
      for (const [name, value] of Object.entries(pairs)) headers.set(name, value);
      connection.publish(subject, "x", Object.keys(pairs).length > 0 ? { headers } : {});
    }
    await using sender = await jetstream({ connection });
    sender.bus.within("prod").publish("a", viewed(1));
    // Without onError, such a message is ignored: a publisher must not be able to end a process.
    assertEquals([await first.until(1), await second.until(1)], [[1], [1]]);
    assertEquals(reported, foreign.filter(([, , , isReported]) => isReported).map(() => ["corrupt-data", undefined]));
  },
);

await testOnServer("BusCarrier reports a denied subscription once, and delivers own events", async ({ connect }) => {
  const connection = await connect({ user: "publish-only", pass: "p" });
  const reported: unknown[] = [];
  const bothReported = Promise.withResolvers<void>();
  const onError = (error: unknown) => {
    if (reported.push(error) === 2) bothReported.resolve();
  };
  await using backend = await jetstream({ connection, onError });
  const received = new Received();
  backend.bus.within("prod").subscribe(received.handler);
  backend.bus.observe(backend.grant("prod.>", grantOptions), () => {});
  await bothReported.promise;
  await connection.flush();
  backend.bus.within("prod").publish("a", viewed(1));
  assertEquals(received.data, [1]);
  assertEquals(reported.length, 2, "one report for each pattern");
  const [error] = reported;
  assert(isAetherError(error, "unsupported-storage"), String(error));
  assertStringIncludes(error.message, `Cannot receive the bus events of other processes in "prod"`);
  assertStringIncludes(error.message, "permission");
}, {
  config: `
    accounts { A { jetstream: enabled, users: [{ user: publish-only, password: p, permissions: {
      publish: [">"], subscribe: ["_INBOX.>"]
    } }] } }
  `,
});

await testOnServer("BusCarrier cannot publish or subscribe over a closed connection", async (scene) => {
  const connection = await scene.connect();
  const backend = await jetstream({ connection });
  const received = new Received();
  const early = backend.bus.within("prod").subscribe(received.handler);
  await connection.close();
  const uses = [
    () => backend.bus.within("prod").publish("a", viewed(1)),
    () => backend.bus.within("test").subscribe(received.handler),
    () => backend.bus.observe(backend.grant("*", grantOptions), received.handler),
  ];
  for (const use of uses) assert(isAetherError(assertThrows(use), "unavailable"), String(use));
  assertEquals([received.data, backend.bus.subscriberCount("test")], [[], 0]);
  early.close();
  await backend.close();
});

await testOnServer("BusCarrier reports each event that the NATS user may not publish", async ({ connect }) => {
  const connection = await connect({ user: "limited", pass: "p" });
  const reported: unknown[] = [];
  const bothReported = Promise.withResolvers<void>();
  const onError = (error: unknown, event: unknown) => {
    if (reported.push([(error as Error).message, (error as { code: string }).code, event]) === 2) {
      bothReported.resolve();
    }
  };
  const others: unknown[] = [];
  await using backend = await jetstream({ connection, onError });
  await using other = await jetstream({ connection, onError: (error) => others.push(error) });
  await using withoutOnError = await jetstream({ connection });
  withoutOnError.bus.within("prod").publish("a", viewed(0));
  await connection.flush();
  const bus = backend.bus.within("prod");
  for (const n of [1, 2]) bus.publish("a", viewed(n));
  await bothReported.promise;
  for (const each of reported) {
    const [message, ...rest] = each as [string, ...unknown[]];
    assertStringIncludes(message, `Cannot publish in namespace "prod": the NATS user lacks a permission`);
    assertEquals(rest, ["unsupported-storage", undefined]);
  }
  assertEquals(others, [], "a backend that published nothing at the subject gets no report");
  other.bus.within("else").publish("a", viewed(3));
  await connection.flush();
  assertEquals(others, []);
}, {
  config: `authorization { users: [
    { user: limited, password: p, permissions: { publish: { deny: ["aether.events.prod"] } } }
  ] }`,
});
