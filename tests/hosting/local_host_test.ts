import { decider, events, isAetherError } from "@flowmade-one/aether";
import { ClosedError, OverloadedError } from "@flowmade-one/aether/errors";
import { hostActors } from "@flowmade-one/aether/hosting";
import { memory } from "@flowmade-one/aether/memory";
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { type SeatCommand, SeatEvents, seats, SoldOut } from "./seats.ts";

function open(options: { maxActors?: number; maxQueue?: number } = {}) {
  const backend = memory();
  const store = backend.store("screenings", SeatEvents);
  return { backend, store, host: hostActors(store, seats, { answer: ({ takenBy }) => takenBy, ...options }) };
}

Deno.test("execute() of a local host loads an actor once for several commands", async () => {
  const { backend, store, host } = open();
  for (const by of ["Ann", "Bob"]) await host.execute("screening.1", { take: by });
  const { version, events, answer, duplicate } = await host.execute("screening.1", { return: "Ann" });
  assertEquals([version, events.length, answer, duplicate], [3, 1, ["Bob"], false]);
  assertEquals(await store.latestVersion("screening.1"), 3);
  assertEquals([host.stats.loads, host.stats.refreshes, host.stats.executed], [1, 0, 3]);
  await host.close();
  await backend.close();
});

Deno.test("execute() of a local host reads the events of other writers after a conflict", async () => {
  const { backend, store, host } = open();
  await host.execute("screening.1", { take: "Ann" });
  await store.append("screening.1", [{ type: "Taken", data: { by: "Eve" } }], { expectedVersion: 1 });
  const { version, answer } = await host.execute("screening.1", { take: "Bob" }, { attempts: 1 });
  assertEquals([version, answer], [3, ["Ann", "Eve", "Bob"]]);
  assertEquals([host.stats.loads, host.stats.refreshes], [1, 1]);
  await host.close();
  await backend.close();
});

const confirmations: [title: string, command: SeatCommand, expected: readonly string[]][] = [
  ["a refused command", { take: "Dan" }, ["Bob", "Cid", "Dan"]],
  ["a command that decides nothing", { return: "Eve" }, ["Ann", "Bob", "Cid"]],
];

for (const [title, command, expected] of confirmations) {
  Deno.test(`execute() confirms ${title} against the latest events`, async () => {
    const { backend, store, host } = open();
    for (const by of ["Ann", "Bob", "Cid"]) await host.execute("screening.1", { take: by });
    const type = "take" in command ? "Returned" : "Taken";
    const by = "take" in command ? "Ann" : "Eve";
    await store.append("screening.1", [{ type, data: { by } }], { expectedVersion: 3 });
    const { answer } = await host.execute("screening.1", command);
    assertEquals(answer, expected);
    await host.close();
    await backend.close();
  });
}

Deno.test("execute() throws the error of decide if decide also throws on the latest events", async () => {
  const { backend, host } = open();
  for (const by of ["Ann", "Bob", "Cid"]) await host.execute("screening.1", { take: by });
  await assertRejects(() => host.execute("screening.1", { take: "Dan" }), SoldOut);
  assertEquals((await host.execute("screening.1", { return: "Nil" })).events, []);
  await host.close();
  await backend.close();
});

Deno.test("execute() of a repeated commit id returns the earlier result, also if another process executed the command", async () => {
  const { backend, store, host } = open();
  const first = await host.execute("screening.1", { take: "Ann" }, { commitId: "c1" });
  const again = await host.execute("screening.1", { take: "Ann" }, { commitId: "c1" });
  assertEquals([again.version, again.duplicate, again.events], [1, true, first.events]);
  const options = { expectedVersion: 1, commitId: "c2" };
  await store.append("screening.1", [{ type: "Taken", data: { by: "Bob" } }], options);
  const other = await host.execute("screening.1", { take: "Bob" }, { commitId: "c2" });
  assertEquals([other.version, other.duplicate], [2, true]);
  assertEquals(await store.latestVersion("screening.1"), 2);
  await host.close();
  await backend.close();
});

Deno.test("execute() runs the commands of one actor in the order of their calls", async () => {
  const { backend, host } = open();
  const results = await Promise.all(
    Array.from({ length: 9 }, (_, i) => host.execute("screening.1", i % 2 ? { return: `${i - 1}` } : { take: `${i}` })),
  );
  assertEquals(results.map(({ version }) => version), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
  await host.close();
  await backend.close();
});

Deno.test("execute() fails with OverloadedError one past maxQueue, and stores nothing for that command", async () => {
  const { backend, store, host } = open({ maxQueue: 2 });
  const outcomes = await Promise.allSettled(["1", "2", "3", "4"].map((by) => host.execute("s", { take: by })));
  assertEquals(outcomes.map(({ status }) => status), ["fulfilled", "fulfilled", "fulfilled", "rejected"]);
  const { reason } = outcomes[3] as PromiseRejectedResult;
  assert(reason instanceof OverloadedError);
  assertEquals([reason.actorId, reason.capacity], ["s", 2]);
  assertEquals(await store.latestVersion("s"), 3);
  await host.close();
  await backend.close();
});

Deno.test("execute() of a local host drops the least recently used actor above maxActors", async () => {
  const { backend, host } = open({ maxActors: 2 });
  for (const id of ["a", "b", "a", "c", "a", "b"]) await host.execute(id, { return: "Zoe" });
  assertEquals(host.stats.actors, 2);
  // "b" was dropped for "c", and loaded again.
  assertEquals(host.stats.loads, 4);
  await host.close();
  await backend.close();
});

const owners: [title: string, close: (opened: ReturnType<typeof open>) => Promise<void>][] = [
  ["Backend.close()", ({ backend }) => backend.close()],
  ["EventStore.close()", ({ store }) => store.close()],
];

for (const [title, close] of owners) {
  // The test runner reports a timer that is still running at the end of a test.
  Deno.test(`${title} drops the actors of a host that was not closed, and stops its timer`, async () => {
    const opened = open();
    const { backend, host } = opened;
    await host.execute("screening.1", { take: "Ann" });
    await close(opened);
    assertEquals(host.stats.actors, 0);
    const error = await assertRejects(() => host.execute("screening.1", { take: "Bob" }));
    assert(isAetherError(error, "closed"), String(error));
    assertEquals(host.stats.actors, 0);
    assertThrows(() => hostActors(opened.store, seats), ClosedError, 'Cannot host actors as "actors"');
    await backend.close();
  });
}

const Counts = events<{ Counted: { by: number } }>();
const add = (counts: Map<string, number>, by: number) => counts.set("all", (counts.get("all") ?? 0) + by);

const changing = {
  evolve: decider(Counts, {
    initial: () => ({ counts: new Map<string, number>() }),
    evolve: ({ counts }, { data }) => ({ counts: add(counts, data.by) }),
    decide: (by: number) => [{ type: "Counted", data: { by } }],
  }),
  decide: decider(Counts, {
    initial: () => ({ counts: new Map<string, number>() }),
    evolve: ({ counts }, { data }) => ({ counts: add(new Map(counts), data.by) }),
    decide: (by: number, { counts }) => (add(counts, by), [{ type: "Counted", data: { by } }]),
  }),
};

for (const [name, counter] of Object.entries(changing)) {
  Deno.test(`execute() of a local host fails, and stores nothing, if ${name} changes a Map of the state`, async () => {
    await using backend = memory();
    const store = backend.store("counts", Counts);
    await using host = hostActors(store, counter);
    for (const version of [0, 1]) {
      const error = await assertRejects(() => host.execute("counter.1", 1), Error, "it is frozen");
      assertEquals(isAetherError(error, "evolve-failed"), name === "evolve");
      assertEquals(await store.latestVersion("counter.1"), version);
      await store.append("counter.1", [{ type: "Counted", data: { by: 1 } }], { expectedVersion: version });
    }
  });
}

Deno.test("execute() of a local host keeps a Map in the state", async () => {
  await using backend = memory();
  const counter = decider(Counts, { ...changing.decide, decide: (by: number) => [{ type: "Counted", data: { by } }] });
  await using host = hostActors(backend.store("counts", Counts), counter, {
    answer: ({ counts }) => counts.get("all"),
  });
  assertEquals((await host.execute("counter.1", 1)).answer, 1);
  assertEquals((await host.execute("counter.1", 2)).answer, 3);
});
