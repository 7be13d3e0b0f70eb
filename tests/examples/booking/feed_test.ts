import { events } from "@flowmade-one/aether";
import { UnavailableError } from "@flowmade-one/aether/errors";
import { createBackend } from "@flowmade-one/aether/adapter";
import { memory } from "@flowmade-one/aether/memory";
import { assert, assertEquals } from "@std/assert";
import { MemoryDriver } from "../../../adapters/memory/memory_driver.ts";
import { eventStream } from "../../../examples/booking/http/event_stream.ts";
import { FaultyDriver } from "../../conformance/faulty_driver.ts";
import { start } from "./started.ts";

Deno.test("Feeds send comments in a silent feed", async () => {
  await using started = await start(memory(), { heartbeat: 1 });
  using feed = await started.north.feed();
  assertEquals([await feed.block(), await feed.block()], ["retry: 1000", ": still here"]);
  await started.north.open("s", 2);
  assertEquals((await feed.next())?.event, "ScreeningOpened");
  assertEquals(await feed.block(), ": still here");
});

Deno.test("Feeds respond with text/event-stream and forbid caching", async () => {
  await using started = await start();
  using feed = await started.north.feed();
  const { headers } = feed.response;
  assertEquals([headers.get("content-type"), headers.get("cache-control")], ["text/event-stream", "no-store"]);
});

Deno.test("Feeds send the events of the actors of a pattern, from the start or from now", async () => {
  await using started = await start();
  const { north } = started;
  await north.open("a", 2);
  await north.topUp("ann", 5);
  using screenings = await north.feed("?actors=screening.*");
  using now = await north.feed("?after=now&actors=screening.*");
  await now.block();
  await north.open("b", 2);
  const shown = (await screenings.take(2)).map(({ data }) => data.actorId);
  assertEquals(shown, ["screening.a", "screening.b"]);
  assertEquals((await now.next())?.data.actorId, "screening.b");
});

Deno.test("Feeds ignore an empty Last-Event-ID", async () => {
  await using started = await start();
  const { north } = started;
  await north.open("a", 1);
  const { position } = (await north.open("b", 1)).body;
  await north.open("c", 1);
  for (const [query, first] of [["", "a"], [`?after=${position}`, "c"]]) {
    using feed = await north.feed(query, { "last-event-id": "" });
    assertEquals((await feed.next())?.data.data.title, first);
  }
});

Deno.test("Feeds end the subscription of a client that leaves", async () => {
  const left = Promise.withResolvers<void>();
  const driver = new FaultyDriver(new MemoryDriver({}), {
    fault: (log) => ({
      follow: (range, signal) => {
        // No subscription of the service itself has this pattern.
        if (range.actors === "screening.left") signal.addEventListener("abort", () => left.resolve());
        return log.follow(range, signal);
      },
    }),
  });
  await using started = await start(createBackend(driver));
  {
    using feed = await started.north.feed("?actors=screening.left");
    await feed.block();
  }
  await left.promise;
  assertEquals(started.reports, []);
});

const Ticks = events<{ Ticked: { n: number } }>();

async function storeOfTicks(count: number) {
  const store = memory().store("ticks", Ticks);
  const ticks = Array.from({ length: count }, (_, n) => ({ type: "Ticked" as const, data: { n } }));
  await store.append("clock", ticks, { expectedVersion: 0 });
  return store;
}

Deno.test("eventStream() takes no event while the client does not read", async () => {
  const store = await storeOfTicks(1_000);
  let taken = 0;
  const stream = eventStream(store.subscribe(), {
    toMessage: ({ data }) => `data: ${++taken && data.n}`,
    heartbeat: 60_000,
    onEnd: () => {},
  });
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  assertEquals((await reader.read()).value, "retry: 1000\n\n");
  assertEquals((await reader.read()).value, "data: 0\n\n");
  await store.latestVersion("clock");
  assert(taken < 5, `The stream took ${taken} events although the client read one`);
  await reader.cancel();
});

Deno.test("eventStream() ends when its subscription fails, and reports the failure once", async () => {
  const store = await storeOfTicks(1);
  const failures: unknown[] = [];
  const failure = new UnavailableError("gone");
  const subscription = {
    caughtUp: Promise.resolve(),
    state: "live" as const,
    close: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => Promise.resolve(),
    async *[Symbol.asyncIterator]() {
      yield* await store.read("clock").toArray();
      throw failure;
    },
  };
  const stream = eventStream(subscription, {
    toMessage: ({ data }) => `data: ${data.n}`,
    heartbeat: 60_000,
    onEnd: (failure) => failures.push(failure),
  });
  const chunks = await Array.fromAsync(stream.pipeThrough(new TextDecoderStream()));
  assertEquals(chunks.join(""), "retry: 1000\n\ndata: 0\n\n");
  assertEquals(failures, [failure]);
});
