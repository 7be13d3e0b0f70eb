import type { EventStore, RecordedEvent } from "@flowmade-one/aether";
import { jetstream } from "@flowmade-one/aether/jetstream";
import { assert, assertEquals } from "@std/assert";
import { NATS_SERVER_VERSIONS } from "../../../tools/nats_server.ts";
import { untilNoConsumers } from "../_support/ask_server.ts";
import { testOnServer } from "../_support/test_server.ts";
import { withMethod } from "../_support/with_method.ts";

const versionsOf = (events: readonly RecordedEvent[]): number[] => events.map(({ version }) => version);

/** The integers of a range, both ends included, in either direction. */
function range(from: number, to: number): number[] {
  const step = from <= to ? 1 : -1;
  return Array.from({ length: Math.abs(to - from) + 1 }, (_, i) => from + i * step);
}

/** Appends 3,000 commits of one actor, every third with two events, and others between. Returns the last version. */
async function fill(store: EventStore): Promise<number> {
  let version = 0;
  const others: Promise<unknown>[] = [];
  for (let i = 0; i < 3_000; i++) {
    const events = i % 3 === 0 ? [{ type: "T", data: i }, { type: "U", data: i }] : [{ type: "T", data: i }];
    const append = store.append("long", events, { expectedVersion: version });
    if (i % 4 === 0) others.push(store.append(`other.${i % 16}`, [{ type: "O", data: i }], { expectedVersion: "any" }));
    version = (await append).version;
  }
  await Promise.all(others);
  return version;
}

for (const version of NATS_SERVER_VERSIONS) {
  await testOnServer("read() returns any range of a long history, in both directions", async ({ connect }, t) => {
    const connection = await connect();
    await using backend = await jetstream({ connection });
    const store = backend.store("t");
    const last = await fill(store);
    assertEquals(last, 4_000);

    const cases: [options: Parameters<EventStore["read"]>[1], wanted: number[]][] = [
      [{}, range(1, last)],
      [{ limit: 10 }, range(1, 10)],
      [{ from: 2, to: 3 }, [2, 3]],
      [{ from: 3_990 }, range(3_990, last)],
      [{ from: last }, [last]],
      [{ from: last + 1 }, []],
      [{ from: 1_999, limit: 1_500 }, range(1_999, 3_498)],
      [{ from: 100, to: 2_500 }, range(100, 2_500)],
      [{ direction: "backwards" }, range(last, 1)],
      [{ direction: "backwards", limit: 1 }, [last]],
      [{ direction: "backwards", limit: 700 }, range(last, last - 699)],
      [{ direction: "backwards", from: 3, to: 5 }, [5, 4, 3]],
      [{ direction: "backwards", from: 1_000, to: 2_100 }, range(2_100, 1_000)],
      [{ direction: "backwards", to: 1 }, [1]],
    ];
    for (const [options, wanted] of cases) {
      await t.step(JSON.stringify(options), async () => {
        assertEquals(versionsOf(await store.read("long", options).toArray()), wanted);
      });
    }

    await t.step("the log by any filter, up to its end", async () => {
      const all = await store.readAll().toArray();
      assertEquals(all.length, last + 750);
      assertEquals(all.map(({ position }) => position), all.map(({ position }) => position).toSorted());
      const others = await store.readAll({ actors: "other.*" }).toArray();
      assertEquals(others, all.filter(({ actorId }) => actorId.startsWith("other.")));
      assertEquals(await store.readAll({ actors: "other.4" }).toArray(), all.filter((e) => e.actorId === "other.4"));
      assertEquals(await store.readAll({ actors: "absent.>" }).toArray(), []);
      for (const at of [0, 1, 500, all.length - 2, all.length - 1]) {
        const rest = await store.readAll({ after: all[at]!.position }).toArray();
        assertEquals(rest.length, all.length - at - 1);
        assertEquals(rest[0], all[at + 1]);
      }
      assertEquals(
        await store.readAll({ limit: 5, types: ["U"] }).toArray(),
        all.filter((e) => e.type === "U").slice(0, 5),
      );
    });
  }, { version });

  await testOnServer("readAll() that begins without server information returns all events", async ({ connect }) => {
    const connection = await connect();
    let isDisconnected = false;
    const disconnected = new Proxy(connection, {
      get(target, name) {
        // nats.js has no server information before it has reconnected.
        if (name === "info" && isDisconnected) return undefined;
        const value = Reflect.get(target, name, target);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
    await using backend = await jetstream({ connection: disconnected });
    const store = backend.store("t");
    for (let i = 0; i < 5; i++) await store.append("a", [{ type: "T", data: i }], { expectedVersion: i });
    isDisconnected = true;
    assertEquals((await store.read("a").toArray()).map(({ data }) => data), [0, 1, 2, 3, 4]);
    assertEquals((await store.readAll({ actors: "a" }).toArray()).length, 5);
    assertEquals((await store.readAll().toArray()).length, 5);
  }, { version });
}

await testOnServer(
  "read() and readAll() return events of half a megabyte each",
  async ({ connect }) => {
    const connection = await connect();
    await using backend = await jetstream({ connection });
    const store = backend.store("t");
    const data = "x".repeat(500_000);
    for (let i = 0; i < 30; i++) await store.append("a", [{ type: "T", data: data + i }], { expectedVersion: i });
    assertEquals(versionsOf(await store.read("a").toArray()), range(1, 30));
    assertEquals(versionsOf(await store.read("a", { direction: "backwards" }).toArray()), range(30, 1));
    assertEquals((await store.readAll().toArray()).map((e) => e.data), range(0, 29).map((i) => data + i));
  },
);

await testOnServer("concurrent read() calls send one request each", async ({ connect }) => {
  await using writer = await jetstream({ connection: await connect() });
  const data = "x".repeat(600);
  const events = Array.from({ length: 10 }, () => ({ type: "T", data }));
  const actors = Array.from({ length: 20 }, (_, i) => `a.${i}`);
  await Promise.all(actors.map(async (actorId) => {
    for (let i = 0; i < 100; i++) await writer.store("t").append(actorId, events, { expectedVersion: i * 10 });
  }));
  const connection = await connect();
  // With this timeout, no request is repeated because its reply is late.
  await using backend = await jetstream({ connection, timeout: 2 ** 31 - 1 });
  const store = backend.store("t");
  await store.read("a.0").toArray();
  const before = connection.stats().outMsgs;
  const requests = () => connection.stats().outMsgs - before;
  let done = 0;
  let mostInFlight = 0;
  const reads = Array.from({ length: 800 }, async (_, i) => {
    const { length } = await store.read(actors[i % actors.length]!).toArray();
    mostInFlight = Math.max(mostInFlight, requests() - done++);
    return length;
  });
  assertEquals(new Set(await Promise.all(reads)), new Set([1_000]));
  assertEquals(requests(), 800);
  // A semaphore limits concurrent batch requests, so that no reply is late. A read counts as done after its request.
  assert(mostInFlight <= 16, `${mostInFlight} requests at once`);
});

await testOnServer("getBatch() is repeated when a message of a batch is lost", async ({ connect }) => {
  const connection = await connect();
  await using writer = await jetstream({ connection });
  for (let i = 0; i < 20; i++) {
    await writer.store("t").append(`a.${i % 2}`, [{ type: "T", data: i }], { expectedVersion: "any" });
  }
  let received = 0;
  /** The index of the message that is lost. */
  let lost = 0;
  const lossy = withMethod(
    connection,
    "subscribe",
    (subject, options) =>
      connection.subscribe(subject, {
        callback: (error, message) => {
          const isOfBatch = (message?.headers?.get("Nats-Num-Pending") ?? "") !== "";
          if (isOfBatch && received++ === lost) return;
          return options!.callback!(error, message);
        },
      }),
  );
  await using backend = await jetstream({ connection: lossy });
  const store = backend.store("t");
  for (
    const [read, count] of [
      [() => store.readAll({ actors: "a.*" }), 20],
      [() => store.readAll(), 20],
      [() => store.read("a.0"), 10],
    ] as const
  ) {
    // The first message of the batch, one in the middle, and the last one.
    for (lost of [0, 4, count - 1]) {
      received = 0;
      assertEquals((await read().toArray()).length, count);
      assert(received > count + 1, "the batch was requested again");
    }
  }
});

await testOnServer("read() that its caller ends early leaves no consumer", async ({ connect }) => {
  const connection = await connect();
  await using backend = await jetstream({ connection });
  const store = backend.store("t");
  await fill(store);
  let count = 0;
  for await (const _ of store.read("long")) if (++count === 2_000) break;
  await untilNoConsumers(connection, "t_events");
});

await testOnServer("read() from the version of a snapshot needs no search", async ({ connect }) => {
  const connection = await connect();
  await using writer = await jetstream({ connection: await connect() });
  const store = writer.store("t");
  const last = await fill(store);
  const at = last - 5;
  await store.snapshots.put("long", { version: at, schema: 1, eventId: "e", state: {} });
  await using backend = await jetstream({ connection, timeout: 2 ** 31 - 1 });
  const reader = backend.store("t");
  assertEquals((await reader.snapshots.latest("long"))?.version, at);
  const { outMsgs } = connection.stats();
  assertEquals(versionsOf(await reader.read("long", { from: at }).toArray()), range(at, last));
  const requests = connection.stats().outMsgs - outMsgs;
  assert(requests <= 2, `${requests} requests`);
  // Another version is searched for.
  assertEquals(versionsOf(await reader.read("long", { from: at - 1 }).toArray()), range(at - 1, last));
});
