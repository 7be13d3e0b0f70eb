import { AetherError, ClosedError, UnavailableError, UnsupportedStorageError } from "@flowmade-one/aether/errors";
import { isAetherError } from "@flowmade-one/aether";
import { createBackend, type Driver, type Records } from "@flowmade-one/aether/adapter";
import { memory } from "@flowmade-one/aether/memory";
import { assert, assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { MemoryDriver } from "../../adapters/memory/memory_driver.ts";
import type { ClusterOptions } from "../../src/cluster/cluster_options.ts";
import { encodeSession } from "../../src/coordination/session_record.ts";
import { atOnce, until, untilAborted } from "../_support/until.ts";
import { openBackend, PACE } from "./open_cluster.ts";

/** A name of this number of tokens. */
function tokens(count: number): string {
  return Array.from({ length: count }, () => "a").join(".");
}

const badOptions: [options: unknown, argument: string, message: string][] = [
  [null, "options", "must be an object with name, heartbeat, ttl, onError, not null"],
  [{ nmae: "a" }, "nmae", "join has no option"],
  [{ name: "" }, "name", "1 to 64 characters"],
  [{ name: "a".repeat(65) }, "name", "1 to 64 characters"],
  [{ name: "a b" }, "name", "1 to 64 characters"],
  [{ name: "a~b" }, "name", "1 to 64 characters"],
  [{ name: ".a" }, "name", "1 to 64 characters"],
  [{ name: "a..b" }, "name", "1 to 64 characters"],
  [{ name: tokens(13) }, "name", "in 1 to 12 tokens"],
  [{ name: 7 }, "name", "not 7"],
  [{ heartbeat: 9 }, "heartbeat", "a whole number of milliseconds, 10 to 60000, not 9"],
  [{ heartbeat: 60_001, ttl: 600_000 }, "heartbeat", "10 to 60000"],
  [{ heartbeat: 10.5 }, "heartbeat", "a whole number"],
  [{ ttl: 7_999 }, "ttl", "at least 4 heartbeats, 8000 ms, not 7999"],
  [{ heartbeat: 1_000, ttl: 3_999 }, "ttl", "at least 4 heartbeats"],
  [{ ttl: 600_001 }, "ttl", "1 to 600000"],
  [{ onError: "log" }, "onError", "a function"],
];

for (const [options, argument, message] of badOptions) {
  Deno.test(`join() refuses ${JSON.stringify(options)}`, async () => {
    await using backend = memory();
    const error = await assertRejects(() => backend.join(options as ClusterOptions), AetherError);
    assert(isAetherError(error, "invalid-argument"), String(error));
    assertEquals(error.argument, argument);
    assertStringIncludes(error.message, message);
  });
}

for (const name of ["a", "A-z_0", "pod-3.orders.svc", "a".repeat(64), tokens(12)]) {
  Deno.test(`join() accepts the name ${name}`, async () => {
    await using backend = memory();
    await using cluster = await backend.join({ name, heartbeat: 10, ttl: 600_000 });
    assertEquals([cluster.name, cluster.members.map((member) => member.name)], [name, [name]]);
  });
}

Deno.test("join() without a name generates one, and the session key begins with the name", async () => {
  await using backend = memory();
  await using one = await backend.join();
  await using two = await backend.join();
  assertMatch(one.name, /^node-[0-9a-f]{8}$/);
  assert(one.name !== two.name);
  assert(one.session?.startsWith(`${one.name}~`), one.session);
});

Deno.test("join() resolves when the node sees itself and all others, and the others see it soon after", async () => {
  await using test = openBackend();
  const one = await test.join("one");
  const two = await test.join("two");
  assertEquals(two.members.map(({ name }) => name), ["one", "two"]);
  assertEquals(two.members[1]?.session, two.session);
  await until("the first node sees the second", () => one.members.length === 2);
  assertEquals(one.members, two.members);
});

Deno.test("join() refuses the name of a live node, and accepts it after that node has left", async () => {
  await using test = openBackend();
  const one = await test.join("same");
  const error = await assertRejects(() => test.join("same"), AetherError);
  assert(isAetherError(error, "invalid-argument"), String(error));
  assertStringIncludes(error.message, 'a live node has the name "same"');
  await until("the refused node has left", () => one.members.length === 1);
  await one.close();
  assertEquals((await test.join("same")).members.length, 1);
});

Deno.test("join() accepts the name of a killed node before the session of that node has ended", async () => {
  await using test = openBackend();
  const killedSession = encodeSession({ beat: 17, ttl: PACE.ttl, services: [] });
  test.records.put("sessions.same~killed", killedSession, 0);
  const cluster = await test.join("same");
  assertEquals(cluster.members.map(({ session }) => session).includes("same~killed"), true);
});

Deno.test("join() lets one of two nodes join that use one name at the same time", async () => {
  await using test = openBackend();
  const joined = await Promise.allSettled([test.join("same"), test.join("same")]);
  assertEquals(joined.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
});

/** A node that was cut from the storage until its session ended, and the node that has joined with its name since. */
async function replaced() {
  const test = openBackend();
  const storage = { isCut: false, scans: 0 };
  const cuttable = <T>(signal: AbortSignal | undefined, call: () => T) => {
    return storage.isCut ? untilAborted(signal) : call();
  };
  const errors: unknown[] = [];
  const backend = backendWith({
    isReplaceable: false,
    put: (...put) => cuttable(put[3], () => test.records.put(...put as [string, Uint8Array, number])),
    scan: (...scan) => {
      return cuttable(scan[2], () => {
        storage.scans++;
        return test.records.scan(...scan as [string, number]);
      });
    },
    delete: (...deletion) => cuttable(deletion[2], () => test.records.delete(...deletion as [string, number])),
  });
  const onError = (error: unknown) => errors.push(error);
  const first = await backend.join({ name: "same", heartbeat: 20, ttl: 400, onError });
  const changes: string[][] = [];
  storage.isCut = true;
  await until("the session of the node has ended", () => first.session === undefined);
  const second = await test.join("same");
  const observer = await test.join("observer");
  observer.onChange(() => changes.push(observer.members.map(({ name }) => name)));
  errors.length = 0;
  storage.isCut = false;
  return {
    first,
    second,
    storage,
    errors,
    changes,
    async [Symbol.asyncDispose]() {
      await backend.close();
      await test.backend.close();
    },
  };
}

Deno.test("Cluster does not join again while a live node has its name, and reports the name once", async () => {
  await using nodes = await replaced();
  const { first, second, storage, errors, changes } = nodes;
  await until("the node reports the name", () => errors.length > 0);
  const scans = storage.scans;
  await until("the node has read the sessions 20 times more", () => storage.scans >= scans + 20);
  assertEquals([first.session, errors.length], [undefined, 1]);
  assert(isAetherError(errors[0], "invalid-argument"), String(errors[0]));
  assertStringIncludes(errors[0].message, 'a live node has the name "same"');
  assertEquals(changes.filter((names) => names.filter((name) => name === "same").length > 1), []);
  await second.close();
  await until("the node has joined again", () => first.session !== undefined);
});

Deno.test("Cluster ends its session if an earlier session of its name is renewed after its process seemed killed", async () => {
  await using test = openBackend();
  const key = "sessions.same~paused";
  const earlier = (beat: number) => encodeSession({ beat, ttl: PACE.ttl, services: [] });
  let revision = test.records.put(key, earlier(2), 0);
  const cluster = await test.join("same");
  assertEquals(test.errors, []);
  revision = test.records.put(key, earlier(3), revision!);
  await until("the node has no session", () => cluster.session === undefined);
  await until("the node reports the name", () => test.errors.length > 0);
  test.records.put(key, new Uint8Array(), revision!);
  await until("the node has joined again", () => cluster.session !== undefined);
  assertEquals(test.errors.length, 1);
});

Deno.test("join() refuses a cluster of another version of the protocol", async () => {
  await using test = openBackend();
  test.records.put("opened", new TextEncoder().encode("2"), 0);
  const error = await assertRejects(() => test.join("one"), AetherError);
  assert(isAetherError(error, "unsupported-storage"), String(error));
  assertStringIncludes(error.message, "the cluster uses version 2 of the protocol, and this release uses version 1");
});

/** A backend in memory with the given records in place of its own. */
function backendWith(records: Records | undefined) {
  const driver: Driver = new MemoryDriver({});
  return createBackend({
    capabilities: driver.capabilities,
    records,
    open: (namespace) => driver.open(namespace),
    namespaces: () => driver.namespaces(),
    close: () => driver.close(),
  });
}

Deno.test("join() refuses an adapter without records", async () => {
  await using backend = backendWith(undefined);
  const error = await assertRejects(() => backend.join(), AetherError);
  assert(isAetherError(error, "unsupported-storage"), String(error));
});

/** Records whose every request fails with this error. */
function failing(error: Error): Records {
  const fail = () => Promise.reject(error);
  return { isReplaceable: false, put: fail, scan: fail, delete: fail };
}

Deno.test("join() rejects after two times to live when the storage does not answer", async () => {
  const cause = new UnavailableError("Cannot scan: no answer");
  await using backend = backendWith(failing(cause));
  const error = await assertRejects(() => backend.join({ heartbeat: 10, ttl: 40 }), AetherError);
  assert(isAetherError(error, "unavailable"), String(error));
  assertStringIncludes(error.message, "did not answer in 80 ms");
  assertEquals(error.cause, cause);
});

Deno.test("join() rejects at once with any other error of the storage", async () => {
  const denied = new UnsupportedStorageError("Cannot scan: the NATS user lacks a permission");
  await using backend = backendWith(failing(denied));
  assertEquals(await assertRejects(() => backend.join({ heartbeat: 60_000, ttl: 600_000 })), denied);
});

Deno.test("join() refuses a closed backend", async () => {
  const backend = memory();
  await backend.close();
  assert(isAetherError(await assertRejects(() => backend.join()), "closed"));
});

/** Records whose requests get no answer. */
const SILENT: Records = {
  isReplaceable: false,
  put: (_key, _value, _expected, signal) => untilAborted(signal),
  scan: (_prefix, _after, signal) => untilAborted(signal),
  delete: (_key, _revision, signal) => untilAborted(signal),
};

for (const [storage, open] of [["answers", memory], ["does not answer", () => backendWith(SILENT)]] as const) {
  Deno.test(`join() rejects at once when the backend is closed and the storage ${storage}`, async () => {
    const backend = open();
    const joining = assertRejects(() => backend.join({ name: "one", heartbeat: 60_000, ttl: 600_000 }), ClosedError);
    await Promise.resolve();
    const closing = backend.close();
    const error = await atOnce(joining);
    assertStringIncludes(error.message, 'Cannot join the cluster as "one" any further');
    await atOnce(closing);
  });
}

Deno.test("Backend.close() closes its nodes", async () => {
  const test = openBackend();
  const cluster = await test.join("one");
  await test.backend.close();
  assertEquals(cluster.session, undefined);
  assert(isAetherError(await assertRejects(() => cluster.lead("a", () => {})), "closed"));
  const [entry] = test.records.scan("sessions.", 0).entries;
  assertEquals(entry?.value.length, 0);
});
