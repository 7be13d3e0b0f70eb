import type { Position } from "@flowmade-one/aether";
import { createBackend, type Driver, importLog, type ImportLogOptions, type Log } from "@flowmade-one/aether/adapter";
import { memoryDriver } from "@flowmade-one/aether/memory";
import { assert, assertEquals, assertNotEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { parseNamespace } from "../../mod.ts";
import { eventsOf, faulty, NAMESPACE, source, withoutPositions } from "./import_source.ts";

Deno.test("importLog() keeps order, ids, versions, times, data and commit ids, and changes positions", async () => {
  const [from, to] = [await source(), memoryDriver()];
  const result = await importLog(from, to, { namespace: NAMESPACE });
  const [before, after] = [await eventsOf(from), await eventsOf(to)];
  assertEquals(withoutPositions(after), withoutPositions(before));
  assertNotEquals(after[0]?.position, before[0]?.position);
  const { commits, events, appended, snapshots, records, end } = result;
  assertEquals({ commits, events, appended, snapshots, records }, {
    commits: 30,
    events: 60,
    appended: 30,
    snapshots: 2,
    records: 2,
  });
  assertEquals(end, { from: before.at(-1)!.position, to: after.at(-1)!.position });
  assertEquals(await eventsOf(to, "prod"), [], "other namespaces are not imported");
});

Deno.test("importLog() copies snapshots and records", async () => {
  const [from, to] = [await source(), memoryDriver()];
  await importLog(from, to, { namespace: NAMESPACE });
  const { snapshots } = createBackend(to).store(NAMESPACE);
  for (const [atMost, version] of [[undefined, 5], [4, 2]] as const) {
    assertEquals((await snapshots.latest("order.1", { atMost }))?.state, { version });
  }
  const { entries } = await to.open(parseNamespace(NAMESPACE)).records!.scan("", 0);
  const values = entries.map(({ key, value }) => [key, new TextDecoder().decode(value)]);
  assertEquals(values, [["a.1", "value of a.1"], ["b", "value of b"]]);
});

Deno.test("importLog() returns the counterparts of positions, also within a commit", async () => {
  const [from, to] = [await source(), memoryDriver()];
  const before = await eventsOf(from);
  const other = (await eventsOf(from, "prod"))[0]!.position;
  const wanted = [before[0]!, before[2]!, before[4]!, before.at(-1)!].map(({ position }) => position);
  const { positions } = await importLog(from, to, { namespace: NAMESPACE, positions: [...wanted, other] });
  const after = await eventsOf(to);
  const expected = [after[0]!, after[2]!, after[4]!, after.at(-1)!].map(({ position }) => position);
  assertEquals([...positions], wanted.map((position, i) => [position, expected[i]!]));
  const store = createBackend(to).store(NAMESPACE);
  const rest = await store.readAll({ after: positions.get(wanted[1]!)! }).toArray();
  assertEquals(withoutPositions(rest), withoutPositions(before.slice(3)));
});

Deno.test("importLog() continues an import that was interrupted at any commit", async () => {
  const from = await source();
  for (const allowed of [0, 1, 15, 29]) {
    const to = memoryDriver();
    let left = allowed;
    const interrupted = faulty(to, (log) => ({
      append: (commit, signal) => {
        if (left-- === 0) throw new Error("interrupted");
        return log.append(commit, signal);
      },
    }));
    await assertRejects(() => importLog(from, interrupted, { namespace: NAMESPACE }), Error, "interrupted");
    const { commits, appended } = await importLog(from, to, { namespace: NAMESPACE });
    assertEquals([commits, appended], [30, 30 - allowed]);
    assertEquals(withoutPositions(await eventsOf(to)), withoutPositions(await eventsOf(from)));
  }
});

Deno.test("importLog() completes the import of a log that has grown, with newer snapshots and records", async () => {
  const [from, to] = [await source(), memoryDriver()];
  await importLog(from, to, { namespace: NAMESPACE });
  const store = createBackend(from).store(NAMESPACE);
  await store.append("order.new", [{ type: "Made", data: {} }], { expectedVersion: 0 });
  await store.snapshots.put("order.1", { version: 7, schema: 1, eventId: "e", state: {} });
  const { records } = from.open(parseNamespace(NAMESPACE));
  const [entry] = (await records!.scan("", 0)).entries;
  await records!.put(entry!.key, new TextEncoder().encode("newer"), entry!.revision);
  assertEquals((await importLog(from, to, { namespace: NAMESPACE })).appended, 1);
  assertEquals((await importLog(from, to, { namespace: NAMESPACE })).appended, 0);
  assertEquals((await createBackend(to).store(NAMESPACE).snapshots.latest("order.1"))?.version, 7);
  const { entries } = await to.open(parseNamespace(NAMESPACE)).records!.scan("a.", 0);
  assertEquals(entries.map(({ value }) => new TextDecoder().decode(value)), ["newer"]);
});

Deno.test("importLog() of a namespace without events imports nothing", async () => {
  const result = await importLog(memoryDriver(), memoryDriver(), { namespace: NAMESPACE });
  assertEquals(result, {
    commits: 0,
    events: 0,
    appended: 0,
    snapshots: 0,
    records: 0,
    end: undefined,
    positions: new Map(),
  });
});

const targets: [title: string, prepare: (to: Driver, from: Driver) => Promise<unknown>, message: string][] = [
  ["events of its own", async (to) => {
    const store = createBackend(to).store(NAMESPACE);
    await store.append("order.0", [{ type: "Made", data: {} }], { expectedVersion: 0 });
  }, "differs from the source"],
  ["events after an import", async (to, from) => {
    await importLog(from, to, { namespace: NAMESPACE });
    await createBackend(to).store(NAMESPACE).append("order.9", [{ type: "Made", data: {} }], { expectedVersion: 0 });
  }, "the source has no commit at that place"],
];

for (const [title, prepare, message] of targets) {
  Deno.test(`importLog() refuses a target with ${title}, and does not change it`, async () => {
    const [from, to] = [await source(), memoryDriver()];
    await prepare(to, from);
    const before = await eventsOf(to);
    const error = await assertRejects(() => importLog(from, to, { namespace: NAMESPACE }));
    assertEquals((error as { code?: string }).code, "invalid-argument");
    assertStringIncludes((error as Error).message, message);
    assertEquals(await eventsOf(to), before);
  });
}

const faults: [name: string, fault: (log: Log) => Partial<Log>, message: string][] = [
  ["stores another time", (log) => ({
    append: (commit, signal) => log.append({ ...commit, timestamp: commit.timestamp + 1 }, signal),
  }), "timestamp"],
  ["stores other data", (log) => ({
    append: (commit, signal) => {
      const events = commit.events.map((event) => ({ ...event, data: {} }));
      return log.append({ ...commit, events }, signal);
    },
  }), "data"],
  ["stores another commit id", (log) => ({
    append: (commit, signal) => log.append({ ...commit, id: `${commit.id}-copy` }, signal),
  }), "commitId"],
  ["loses a commit", (log) => {
    let count = 0;
    return {
      append: (commit, signal) => {
        if (++count !== 30) return log.append(commit, signal);
        return { ok: true, version: 1, identity: "", offset: 1, duplicate: false };
      },
    };
  }, "29 of 30 commits"],
];

for (const [name, fault, message] of faults) {
  Deno.test(`importLog() detects a target that ${name}`, async () => {
    const error = await assertRejects(async () =>
      importLog(await source(), faulty(memoryDriver(), fault), { namespace: NAMESPACE })
    );
    assertStringIncludes(String(error), message);
  });
}

Deno.test("importLog() reports a source whose beginning has expired, and imports nothing", async () => {
  const [from, to] = [memoryDriver({ retention: { maxCommits: 2 } }), memoryDriver()];
  const store = createBackend(from).store(NAMESPACE);
  let position: Position | undefined;
  for (let n = 0; n < 3; n++) {
    const result = await store.append("order.1", [{ type: "Made", data: {} }], { expectedVersion: n });
    if (n === 1) position = result.position;
  }
  const error = await assertRejects(() => importLog(from, to, { namespace: NAMESPACE }));
  const { code, firstAvailable } = error as { code?: string; firstAvailable?: Position };
  assertEquals([code, firstAvailable], ["events-expired", position]);
  assertEquals(await eventsOf(to), []);
});

Deno.test("importLog() refuses a commit that is larger than the target accepts", async () => {
  const [from, to] = [await source(), memoryDriver({ maxCommitBytes: 100 })];
  const error = await assertRejects(() => importLog(from, to, { namespace: NAMESPACE }));
  assertEquals((error as { code?: string }).code, "too-large");
});

Deno.test("importLog() rejects when its signal is aborted, and another call continues", async () => {
  const [from, to] = [await source(), memoryDriver()];
  const controller = new AbortController();
  const aborting = faulty(to, (log) => ({
    append: (commit, signal) => {
      assert(signal !== undefined);
      controller.abort(new Error("enough"));
      signal.throwIfAborted();
      return log.append(commit, signal);
    },
  }));
  await assertRejects(
    () => importLog(from, aborting, { namespace: NAMESPACE, signal: controller.signal }),
    Error,
    "enough",
  );
  await assertRejects(() => importLog(from, to, { namespace: NAMESPACE, signal: controller.signal }), Error, "enough");
  assertEquals((await importLog(from, to, { namespace: NAMESPACE })).commits, 30);
});

const refused: [title: string, options: Record<string, unknown>, code: string][] = [
  ["no namespace", {}, "invalid-namespace"],
  ["an invalid namespace", { namespace: "a..b" }, "invalid-namespace"],
  ["a string as positions", { namespace: NAMESPACE, positions: "x" }, "invalid-argument"],
  ["an invalid position", { namespace: NAMESPACE, positions: ["x"] }, "invalid-argument"],
  ["an object that is no signal", { namespace: NAMESPACE, signal: {} }, "invalid-argument"],
  ["an unknown option", { namespace: NAMESPACE, verify: true }, "invalid-argument"],
];

for (const [title, options, code] of refused) {
  Deno.test(`importLog() refuses ${title}`, async () => {
    const call = () => importLog(memoryDriver(), memoryDriver(), options as unknown as ImportLogOptions);
    assertEquals((await assertRejects(call) as { code?: string }).code, code);
  });
}
