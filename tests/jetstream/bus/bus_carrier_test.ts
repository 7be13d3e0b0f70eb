import { type Backend, type BusEvent, isAetherError } from "@flowmade-one/aether";
import { jetstream } from "@flowmade-one/aether/jetstream";
import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { headers as newHeaders, type NatsConnection } from "@nats-io/transport-node";
import { NATS_SERVER_VERSIONS } from "../../../tools/nats_server.ts";
import { countSubscriptions } from "../_support/ask_server.ts";
import { deleteStream } from "../_support/delete_stream.ts";
import { codeOf } from "../_support/failure_of.ts";
import { insist } from "../_support/insist.ts";
import { reconnected } from "../_support/reconnected.ts";
import { TcpProxy } from "../_support/tcp_proxy.ts";
import { testOnServer } from "../_support/test_server.ts";

const viewed = (n: number) => ({ type: "Viewed", data: n });
const because = { reason: "test" };

/** The delivered events, and a promise of a number of them. */
class Heard {
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

  async until(count: number): Promise<unknown[]> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wanted = count;
    this.#resolve = resolve;
    if (this.events.length < count) await promise;
    return this.data;
  }
}

/** Subscribes, and waits until the server knows. */
async function hear(backend: Backend, connection: NatsConnection, namespace: string): Promise<Heard> {
  const heard = new Heard();
  backend.bus.within(namespace).subscribe(heard.handler);
  await connection.flush();
  return heard;
}

for (const version of NATS_SERVER_VERSIONS) {
  await testOnServer("BusCarrier delivers events after a restart of the server", async ({ server, connect }) => {
    const options = { reconnectTimeWait: 20, maxReconnectAttempts: -1 };
    const [here, there] = [await connect(options), await connect(options)];
    await using one = await jetstream({ connection: here });
    await using two = await jetstream({ connection: there });
    const heard = await hear(two, there, "prod.orders");
    const store = one.store("prod.orders");
    await store.append("order.42", [viewed(1)], { expectedVersion: 0 });
    one.bus.within("prod.orders").publish("order.42", viewed(2));
    assertEquals(await heard.until(2), [1, 2]);
    const both = Promise.all([here, there].map(reconnected));
    await server.kill9();
    await server.restart();
    await both;
    one.bus.within("prod.orders").publish("order.42", viewed(3));
    assertEquals(await heard.until(3), [1, 2, 3]);
    await store.append("order.42", [viewed(4)], { expectedVersion: 1 });
    assertEquals(await heard.until(4), [1, 2, 3, 4]);
  }, { version });
}

await testOnServer(
  "BusCarrier.listen() subscribes on the server, and ends the subscriptions when it is disposed",
  async (scene) => {
    const connection = await scene.connect();
    await using backend = await jetstream({ connection });
    const count = () => countSubscriptions(scene.server.monitoringUrl, connection);
    // That one is for answers.
    assertEquals(await count(), 1);
    const { bus } = backend;
    const orders = bus.within("prod.orders");
    const exact = [orders.subscribe(() => {}), orders.subscribe(() => {}, { actors: "order.*" })];
    assertEquals(await count(), 3, "commits and published events of one namespace");
    const wide = bus.observe(backend.grant("prod.>", because), () => {});
    assertEquals(await count(), 3 + 15 + 1, "commits of 15 depths, and published events");
    wide.close();
    exact[0]!.close();
    assertEquals(await count(), 3);
    exact[1]!.close();
    assertEquals(await count(), 1);
    orders.publish("order.42", viewed(1));
    await backend.store("prod.orders").append("order.42", [viewed(1)], { expectedVersion: 0 });
    assertEquals(await count(), 1, "who only publishes and appends listens to nothing");
    orders.subscribe(() => {});
    await backend.close();
    assertEquals(await count(), 0, "closing ends all");
  },
);

await testOnServer("BusCarrier delivers each event once to both backends of one connection", async ({ connect }) => {
  const connection = await connect();
  await using one = await jetstream({ connection });
  await using two = await jetstream({ connection });
  const [own, other] = [await hear(one, connection, "prod"), await hear(two, connection, "prod")];
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
  const [foreign, same] = [new Heard(), new Heard()];
  two.bus.observe(two.grant(">", because), foreign.handler);
  three.bus.observe(three.grant(">", because), same.handler);
  await connection.flush();
  await one.store("prod").append("a", [viewed(1)], { expectedVersion: 0 });
  one.bus.within("prod").publish("a", viewed(2));
  await same.until(2);
  assertEquals(foreign.data, []);
});

await testOnServer("BusCarrier delivers a commit once that is republished again, or late", async ({ connect }) => {
  const connection = await connect();
  await using one = await jetstream({ connection });
  await using two = await jetstream({ connection });
  const heard = await hear(two, connection, "prod");
  const announced: { subject: string; data: Uint8Array; headers: NonNullable<unknown> }[] = [];
  const copy = connection.subscribe("aether.commits.1.prod.>", {
    callback: (_, { subject, data, headers }) => void announced.push({ subject, data, headers: headers! }),
  });
  for (const n of [1, 2, 3]) await one.store("prod").append("a", [viewed(n)], { expectedVersion: n - 1 });
  await heard.until(3);
  copy.unsubscribe();
  // As a server that took over from another would.
  for (const { subject, data, headers } of [...announced].reverse()) {
    connection.publish(subject, data, { headers: headers as ReturnType<typeof newHeaders> });
  }
  await one.store("prod").append("a", [viewed(4)], { expectedVersion: 3 });
  assertEquals(await heard.until(4), [1, 2, 3, 4]);
});

await testOnServer(
  "BusCarrier delivers a commit once that was stored after its append failed",
  async ({ server, connect }) => {
    await using proxy = new TcpProxy(server.port);
    const through = await connect({ servers: proxy.url, reconnectTimeWait: 20, maxReconnectAttempts: -1 });
    await using one = await jetstream({ connection: through, timeout: 500 });
    const own = await hear(one, through, "prod");
    const append = (n: number) =>
      one.store("prod").append("a", [viewed(n)], { expectedVersion: n - 1, commitId: `c-${n}` });
    await insist(() => append(1));
    const isUnknown = Promise.withResolvers<void>();
    proxy.holdAnswers(isUnknown.promise);
    assertEquals(await codeOf(append(2)), "outcome-unknown");
    isUnknown.resolve();
    assertEquals(await own.until(2), [1, 2]);
    assertEquals((await insist(() => append(2))).duplicate, true);
    await insist(() => append(3));
    assertEquals(await own.until(3), [1, 2, 3]);
  },
);

await testOnServer(
  "BusCarrier delivers a log that was created again from its first commit",
  async ({ server, connect }) => {
    const connection = await connect();
    await using one = await jetstream({ connection });
    const own = await hear(one, connection, "prod");
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

const foreign: [what: string, subject: string, headers: Record<string, string>, isTold: boolean][] = [
  ["published without headers", "aether.events.prod", {}, true],
  ["published at no namespace", "aether.events.pr=od", {}, false],
  ["announced by a client", "aether.commits.1.prod.0.a", { "Aether-Version": "1" }, true],
  ["announced of no actor", "aether.commits.1.prod.0", {}, false],
  ["announced by the server, but no commit", "aether.commits.1.prod.0.a", {
    "Nats-Stream": "prod_events",
    "Nats-Subject": "aether.log.prod.0.a",
    "Nats-Sequence": "1",
  }, true],
];

await testOnServer(
  "BusCarrier reports a message that is not an event, ignores foreign subjects, and continues",
  async (scene) => {
    const connection = await scene.connect();
    const told: [code: string, event: unknown][] = [];
    const onError = (error: unknown, event: unknown) => told.push([(error as { code: string }).code, event]);
    await using backend = await jetstream({ connection, onError });
    await using silent = await jetstream({ connection });
    const [heard, unheard] = [new Heard(), new Heard()];
    backend.bus.observe(backend.grant(">", because), heard.handler);
    silent.bus.observe(silent.grant(">", because), unheard.handler);
    await connection.flush();
    for (const [, subject, pairs] of foreign) {
      const headers = newHeaders();
      for (const [name, value] of Object.entries(pairs)) headers.set(name, value);
      connection.publish(subject, "x", Object.keys(pairs).length > 0 ? { headers } : {});
    }
    await using sender = await jetstream({ connection });
    sender.bus.within("prod").publish("a", viewed(1));
    // Without an onError it is ignored: a publisher must not be able to end a process.
    assertEquals([await heard.until(1), await unheard.until(1)], [[1], [1]]);
    assertEquals(told, foreign.filter(([, , , isTold]) => isTold).map(() => ["corrupt-data", undefined]));
  },
);

await testOnServer("BusCarrier reports a refused subscription once, and delivers own events", async ({ connect }) => {
  const connection = await connect({ user: "deaf", pass: "p" });
  const told: unknown[] = [];
  const toldOfEach = Promise.withResolvers<void>();
  const onError = (error: unknown) => {
    if (told.push(error) === 2) toldOfEach.resolve();
  };
  await using backend = await jetstream({ connection, onError });
  const heard = new Heard();
  backend.bus.within("prod").subscribe(heard.handler);
  backend.bus.observe(backend.grant("prod.>", because), () => {});
  await toldOfEach.promise;
  await connection.flush();
  backend.bus.within("prod").publish("a", viewed(1));
  assertEquals(heard.data, [1]);
  assertEquals(told.length, 2, "one word for each pattern");
  const [error] = told;
  assert(isAetherError(error, "unsupported-storage"), String(error));
  assertStringIncludes(error.message, `Cannot hear other processes in "prod"`);
  assertStringIncludes(error.message, "permission");
}, {
  config: `
    accounts { A { jetstream: enabled, users: [{ user: deaf, password: p, permissions: {
      publish: [">"], subscribe: ["_INBOX.>"]
    } }] } }
  `,
});

await testOnServer("BusCarrier reports publishing and subscribing over a closed connection", async (scene) => {
  const connection = await scene.connect();
  const backend = await jetstream({ connection });
  const heard = new Heard();
  const early = backend.bus.within("prod").subscribe(heard.handler);
  await connection.close();
  const uses = [
    () => backend.bus.within("prod").publish("a", viewed(1)),
    () => backend.bus.within("test").subscribe(heard.handler),
    () => backend.bus.observe(backend.grant("*", because), heard.handler),
  ];
  for (const use of uses) assert(isAetherError(assertThrows(use), "unavailable"), String(use));
  assertEquals([heard.data, backend.bus.subscriberCount("test")], [[], 0]);
  early.close();
  await backend.close();
});

await testOnServer("BusCarrier reports each event that the NATS user may not publish", async ({ connect }) => {
  const connection = await connect({ user: "mute", pass: "p" });
  const told: unknown[] = [];
  const toldOfEach = Promise.withResolvers<void>();
  const onError = (error: unknown, event: unknown) => {
    if (told.push([(error as Error).message, (error as { code: string }).code, event]) === 2) toldOfEach.resolve();
  };
  const others: unknown[] = [];
  await using backend = await jetstream({ connection, onError });
  await using other = await jetstream({ connection, onError: (error) => others.push(error) });
  await using silent = await jetstream({ connection });
  silent.bus.within("prod").publish("a", viewed(0));
  await connection.flush();
  const bus = backend.bus.within("prod");
  for (const n of [1, 2]) bus.publish("a", viewed(n));
  await toldOfEach.promise;
  for (const each of told) {
    const [message, ...rest] = each as [string, ...unknown[]];
    assertStringIncludes(message, `Cannot publish in namespace "prod": the NATS user lacks a permission`);
    assertEquals(rest, ["unsupported-storage", undefined]);
  }
  assertEquals(others, [], "who published nothing there");
  other.bus.within("else").publish("a", viewed(3));
  await connection.flush();
  assertEquals(others, []);
}, {
  config: `authorization { users: [
    { user: mute, password: p, permissions: { publish: { deny: ["aether.events.prod"] } } }
  ] }`,
});
