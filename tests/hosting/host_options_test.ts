import { isAetherError } from "@flowmade-one/aether";
import { createBackend } from "@flowmade-one/aether/adapter";
import { hostActors } from "@flowmade-one/aether/hosting";
import { memory } from "@flowmade-one/aether/memory";
import { assert, assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { turns } from "../_support/until.ts";
import { MemoryDriver } from "../../adapters/memory/memory_driver.ts";
import { openBackend } from "../cluster/open_cluster.ts";
import { openNodes } from "./hosting_nodes.ts";
import { SeatEvents, seats } from "./seats.ts";

const refused: [options: object, message: string][] = [
  [{ maxActor: 1 }, 'hostActors has no option "maxActor"'],
  [{ idleAfter: 0 }, "idleAfter must be a whole number of milliseconds, 1 to 86400000"],
  [{ idleAfter: 86_400_001 }, "idleAfter must be a whole number of milliseconds, 1 to 86400000"],
  [{ maxActors: 0 }, "maxActors must be a whole number, 1 to 10000000"],
  [{ maxActors: 10_000_001 }, "maxActors must be a whole number, 1 to 10000000"],
  [{ maxQueue: 0 }, "maxQueue must be a whole number, 1 to 1000000"],
  [{ maxQueue: 1.5 }, "maxQueue must be a whole number, 1 to 1000000"],
  [{ maxRequestAge: 1_000 }, "maxRequestAge needs a cluster"],
  [{ answer: "state" }, "answer must be a function"],
  [{ cluster: {} }, "cluster must be a cluster that backend.join() returned"],
  [{ name: "a/b" }, "name must be 1 to 64 characters"],
  [{ name: "" }, "name must be 1 to 64 characters"],
];

for (const [options, message] of refused) {
  Deno.test(`hostActors() refuses ${JSON.stringify(options)}`, () => {
    const store = memory().store("screenings", SeatEvents);
    const error = assertThrows(() => hostActors(store, seats, options));
    assert(isAetherError(error, "invalid-argument"), String(error));
    assertStringIncludes(error.message, message);
  });
}

for (const options of [{ idleAfter: 1 }, { idleAfter: 86_400_000, maxActors: 10_000_000, maxQueue: 1_000_000 }, {}]) {
  Deno.test(`hostActors() accepts ${JSON.stringify(options)}`, async () => {
    const host = hostActors(memory().store("screenings", SeatEvents), seats, options);
    assertEquals((await host.execute("screening.1", { take: "Ann" })).version, 1);
    await host.close();
  });
}

const refusedCommands: [options: object, message: string][] = [
  [{ attempt: 1 }, 'execute of a host has no option "attempt"'],
  [{ backoff: () => 0 }, 'execute of a host has no option "backoff"'],
  [{ attempts: 0 }, "attempts must be a whole number, 1 to 1000"],
  [{ attempts: 2, expectedVersion: 0 }, "attempts must be 1 with an expectedVersion"],
  [{ lookback: 5 }, "lookback needs a commitId"],
  [{ commitId: "a b" }, "commitId"],
  [{ signal: {} }, "signal must be an AbortSignal"],
];

for (const [options, message] of refusedCommands) {
  Deno.test(`execute() of a host refuses ${JSON.stringify(Object.keys(options))}: ${message}`, async () => {
    const host = hostActors(memory().store("screenings", SeatEvents), seats);
    const error = await assertRejects(() => host.execute("screening.1", { take: "Ann" }, options));
    assert(isAetherError(error, "invalid-argument"), String(error));
    assertStringIncludes(error.message, message);
    await host.close();
  });
}

for (const calls of ["memory", "none"] as const) {
  const transport = calls === "none" ? "without requests between nodes" : "with requests between nodes";

  Deno.test(`hostActors() ${transport} refuses a name that the node uses in the namespace, until that host is closed`, async () => {
    await using test = openBackend(calls);
    const cluster = await test.join("n1");
    const store = test.backend.store("screenings", SeatEvents);
    const first = hostActors(store, seats, { cluster, name: "seats" });
    for (let i = 0; i < 2; i++) {
      const error = assertThrows(() => hostActors(store, seats, { cluster, name: "seats" }));
      assert(isAetherError(error, "invalid-argument"), String(error));
      assertEquals(
        error.message,
        'Cannot host actors as "seats" in namespace "screenings": node "n1" already does. Close that host, or use another name',
      );
    }
    await using elsewhere = hostActors(test.backend.store("other", SeatEvents), seats, { cluster, name: "seats" });
    await using named = hostActors(store, seats, { cluster, name: "seats.2" });
    await first.close();
    await using again = hostActors(store, seats, { cluster, name: "seats" });
    for (const host of [elsewhere, named, again]) {
      assert((await host.execute("screening.1", { take: "Ann" })).version > 0);
    }
  });

  Deno.test(`hostActors() ${transport} refuses the name of a later host after a repeated close() of an earlier host`, async () => {
    await using test = openBackend(calls);
    const cluster = await test.join("n1");
    const store = test.backend.store("screenings", SeatEvents);
    const first = hostActors(store, seats, { cluster, name: "seats" });
    await first.close();
    await using _later = hostActors(store, seats, { cluster, name: "seats" });
    await first.close();
    const error = assertThrows(() => hostActors(store, seats, { cluster, name: "seats" }));
    assertStringIncludes(String(error), 'node "n1" already does');
  });

  Deno.test(`hostActors() ${transport} fails with ClosedError after the cluster was closed, and serves no requests`, async () => {
    await using test = openBackend(calls);
    const cluster = await test.join("n1");
    const store = test.backend.store("screenings", SeatEvents);
    await cluster.close();
    for (let i = 0; i < 2; i++) {
      const error = assertThrows(() => hostActors(store, seats, { cluster, name: "late" }));
      assert(isAetherError(error, "closed"), String(error));
      assertEquals(
        error.message,
        'Cannot host actors as "late" in namespace "screenings": the cluster node "n1" was closed. Join the cluster again',
      );
    }
  });
}

Deno.test("hostActors() refuses a store whose backend is not the backend of the cluster", async () => {
  await using scene = await openNodes(["n1"]);
  const { cluster } = scene.nodes[0]!;
  await using other = memory();
  const foreign = other.store("screenings", SeatEvents);
  for (const store of [foreign, Object.assign(Object.create(foreign), {})]) {
    const error = assertThrows(() => hostActors(store as typeof foreign, seats, { cluster, name: "other" }));
    assert(isAetherError(error, "invalid-argument"), String(error));
    assertStringIncludes(error.message, "belongs to another backend");
  }
});

const notJson: [title: string, command: unknown, path: string][] = [
  ["a Date", { take: new Date(0) }, "command.take is a Date"],
  ["undefined", undefined, "command is missing"],
  ["a number that is not finite", { take: NaN }, "command.take is NaN"],
  ["a function", { take: () => {} }, "command.take is"],
];

for (const [title, command, message] of notJson) {
  Deno.test(`execute() in a cluster refuses a command with ${title}, and stores nothing`, async () => {
    await using scene = await openNodes(["n1"]);
    const error = await assertRejects(() => scene.nodes[0]!.host.execute("screening.1", command as never));
    assert(isAetherError(error, "invalid-argument"), String(error));
    assertStringIncludes(error.message, message);
    assertEquals(await scene.store.latestVersion("screening.1"), 0);
  });
}

Deno.test("execute() in a cluster refuses an answer that is not JSON, and stores nothing", async () => {
  await using scene = await openNodes(["n1"]);
  const { cluster } = scene.nodes[0]!;
  await using host = hostActors(scene.store, seats, { cluster, name: "other", answer: () => new Map() as never });
  const error = await assertRejects(() => host.execute("screening.1", { take: "Ann" }));
  assert(isAetherError(error, "invalid-argument"), String(error));
  assertStringIncludes(error.message, "answer is a Map");
  assertEquals(await scene.store.latestVersion("screening.1"), 0);
});

Deno.test("execute() throws the error of the option answer, and stores nothing", async () => {
  const store = memory().store("screenings", SeatEvents);
  const host = hostActors(store, seats, {
    answer: (): number => {
      throw new RangeError("no answer");
    },
  });
  await assertRejects(() => host.execute("screening.1", { take: "Ann" }), RangeError, "no answer");
  assertEquals(await store.latestVersion("screening.1"), 0);
  await host.close();
});

Deno.test("execute() passes a frozen copy of the command to decide in a cluster", async () => {
  await using scene = await openNodes(["n1"]);
  const { cluster } = scene.nodes[0]!;
  const seen: unknown[] = [];
  const watching = {
    ...seats,
    decide: (...args: Parameters<typeof seats.decide>) => (seen.push(args[0]), seats.decide(...args)),
  };
  await using host = hostActors(scene.store, watching, { cluster, name: "other" });
  const command = { take: "Ann" };
  await host.execute("screening.1", command);
  assert(seen[0] !== command && Object.isFrozen(seen[0]));
  assertEquals(seen[0], command);
});

/** A backend in memory whose appends wait for a promise. */
function slowBackend(isReady: Promise<void>) {
  const driver = new MemoryDriver({});
  return createBackend({
    capabilities: driver.capabilities,
    open: (name) => {
      const log = driver.open(name);
      const append = log.append.bind(log);
      return Object.assign(log, {
        append: async (...args: Parameters<typeof append>) => {
          await isReady;
          return await append(...args);
        },
      });
    },
    namespaces: () => driver.namespaces(),
    close: () => Promise.resolve(),
  });
}

Deno.test("ActorHost.close() waits for running commands, and execute() then fails with ClosedError", async () => {
  const appending = Promise.withResolvers<void>();
  const store = slowBackend(appending.promise).store("screenings", SeatEvents);
  const host = hostActors(store, seats);
  const ended: string[] = [];
  const running = host.execute("screening.1", { take: "Ann" }).finally(() => ended.push("execute"));
  const closing = host.close().finally(() => ended.push("close"));
  await turns(1);
  appending.resolve();
  assertEquals((await running).version, 1);
  await closing;
  assertEquals(ended, ["execute", "close"]);
  const error = await assertRejects(() => host.execute("screening.1", { take: "Bob" }));
  assert(isAetherError(error, "closed"), String(error));
  await host.close();
});
