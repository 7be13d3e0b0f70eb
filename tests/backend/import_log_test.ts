import type { Position, RecordedEvent } from "@flowmade-one/aether";
import { createBackend, type Driver, importLog, type ImportLogOptions, type Log } from "@flowmade-one/aether/adapter";
import { memoryDriver } from "@flowmade-one/aether/memory";
import { assert, assertEquals, assertNotEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { parseNamespace } from "../../mod.ts";

const namespace = "prod.orders";

/** A driver with commits of one and several events, snapshots, records, and another namespace. */
async function source(): Promise<Driver> {
  const driver = memoryDriver({ now: () => 1_767_225_600_000 });
  const backend = createBackend(driver, { now: () => 1_767_225_600_000 });
  const store = backend.store(namespace);
  for (let n = 0; n < 30; n++) {
    const events = Array.from({ length: 1 + n % 3 }, (_, i) => ({
      type: "Made",
      data: { n, i, "é": [null, -0.5, { deep: "😀" }] },
      metadata: i === 0 ? { correlationId: `r${n}` } : {},
    }));
    await store.append(`order.${n % 4}`, events, { expectedVersion: "any" });
  }
  for (const version of [2, 5]) {
    await store.snapshots.put("order.1", { version, schema: 1, eventId: "e", state: { version } }, { keep: 2 });
  }
  await backend.store("prod").append("order.1", [{ type: "Made", data: {} }], { expectedVersion: 0 });
  const { records } = driver.open(parseNamespace(namespace));
  for (const key of ["a.1", "b"]) await records!.put(key, new TextEncoder().encode(`value of ${key}`), 0);
  return driver;
}

function eventsOf(driver: Driver, name = namespace): Promise<RecordedEvent[]> {
  return createBackend(driver).store(name).readAll().toArray();
}

function withoutPositions(events: readonly RecordedEvent[]): unknown[] {
  return events.map(({ position: _, ...event }) => event);
}

/** A driver whose log has a fault. */
function faulty(driver: Driver, fault: (log: Log) => Partial<Log>): Driver {
  return {
    capabilities: driver.capabilities,
    open: (name) => {
      const log = driver.open(name);
      const delegate = Object.fromEntries(
        ["append", "readLog", "latestCommit", "latestVersion", "putSnapshot", "getSnapshot"].map((method) => [
          method,
          (...args: unknown[]) => (log as unknown as Record<string, (...args: unknown[]) => unknown>)[method]!(...args),
        ]),
      );
      return { records: log.records, ...delegate, ...fault(log) } as Log;
    },
    namespaces: () => driver.namespaces(),
    close: () => driver.close(),
  };
}

Deno.test("importLog() keeps order, ids, versions, times, data and commit ids, and changes positions", async () => {
  const [from, to] = [await source(), memoryDriver()];
  const result = await importLog(from, to, { namespace });
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
  await importLog(from, to, { namespace });
  const { snapshots } = createBackend(to).store(namespace);
  for (const [atMost, version] of [[undefined, 5], [4, 2]] as const) {
    assertEquals((await snapshots.latest("order.1", { atMost }))?.state, { version });
  }
  const { entries } = await to.open(parseNamespace(namespace)).records!.scan("", 0);
  const values = entries.map(({ key, value }) => [key, new TextDecoder().decode(value)]);
  assertEquals(values, [["a.1", "value of a.1"], ["b", "value of b"]]);
});

Deno.test("importLog() returns the counterparts of positions, also within a commit", async () => {
  const [from, to] = [await source(), memoryDriver()];
  const before = await eventsOf(from);
  const other = (await eventsOf(from, "prod"))[0]!.position;
  const wanted = [before[0]!, before[2]!, before[4]!, before.at(-1)!].map(({ position }) => position);
  const { positions } = await importLog(from, to, { namespace, positions: [...wanted, other] });
  const after = await eventsOf(to);
  const expected = [after[0]!, after[2]!, after[4]!, after.at(-1)!].map(({ position }) => position);
  assertEquals([...positions], wanted.map((position, i) => [position, expected[i]!]));
  const store = createBackend(to).store(namespace);
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
    await assertRejects(() => importLog(from, interrupted, { namespace }), Error, "interrupted");
    const { commits, appended } = await importLog(from, to, { namespace });
    assertEquals([commits, appended], [30, 30 - allowed]);
    assertEquals(withoutPositions(await eventsOf(to)), withoutPositions(await eventsOf(from)));
  }
});

Deno.test("importLog() completes the import of a log that has grown, with newer snapshots and records", async () => {
  const [from, to] = [await source(), memoryDriver()];
  await importLog(from, to, { namespace });
  const store = createBackend(from).store(namespace);
  await store.append("order.new", [{ type: "Made", data: {} }], { expectedVersion: 0 });
  await store.snapshots.put("order.1", { version: 7, schema: 1, eventId: "e", state: {} });
  const { records } = from.open(parseNamespace(namespace));
  const [entry] = (await records!.scan("", 0)).entries;
  await records!.put(entry!.key, new TextEncoder().encode("newer"), entry!.revision);
  assertEquals((await importLog(from, to, { namespace })).appended, 1);
  assertEquals((await importLog(from, to, { namespace })).appended, 0);
  assertEquals((await createBackend(to).store(namespace).snapshots.latest("order.1"))?.version, 7);
  const { entries } = await to.open(parseNamespace(namespace)).records!.scan("a.", 0);
  assertEquals(entries.map(({ value }) => new TextDecoder().decode(value)), ["newer"]);
});

/** The keys and values of a driver's records, by key. */
async function recordsOf(driver: Driver): Promise<Record<string, string>> {
  const { entries } = await driver.open(parseNamespace(namespace)).records!.scan("", 0);
  return Object.fromEntries(entries.map(({ key, value }) => [key, new TextDecoder().decode(value)]).sort());
}

/** Deletes all records of a namespace. */
async function deleteRecords(driver: Driver): Promise<void> {
  const { records } = driver.open(parseNamespace(namespace));
  for (const { key, revision } of (await records!.scan("", 0)).entries) await records!.delete(key, revision);
}

Deno.test("importLog() deletes records that were deleted in the source since an earlier import", async () => {
  const [from, to] = [await source(), memoryDriver()];
  const { records } = from.open(parseNamespace(namespace));
  await importLog(from, to, { namespace });
  const [first] = (await records!.scan("a.", 0)).entries;
  await records!.delete(first!.key, first!.revision);
  assertEquals((await importLog(from, to, { namespace })).records, 1);
  assertEquals(await recordsOf(to), { b: "value of b" });
  await records!.put("a.1", new TextEncoder().encode("new"), 0);
  await importLog(from, to, { namespace });
  assertEquals(await recordsOf(to), { "a.1": "new", b: "value of b" });
  await deleteRecords(from);
  assertEquals((await importLog(from, to, { namespace })).records, 0);
  assertEquals(await recordsOf(to), {});
});

Deno.test("importLog() refuses a target with records that no import has written, and does not change it", async () => {
  const [from, to] = [await source(), memoryDriver()];
  await to.open(parseNamespace(namespace)).records!.put("own", new TextEncoder().encode("value"), 0);
  const error = await assertRejects(() => importLog(from, to, { namespace }));
  assertEquals((error as { code?: string }).code, "invalid-argument");
  assertStringIncludes((error as Error).message, 'the record "own"');
  assertEquals([await recordsOf(to), await eventsOf(to)], [{ own: "value" }, []]);
});

Deno.test("importLog() continues the import of records without events", async () => {
  const [from, to] = [memoryDriver(), memoryDriver()];
  const { records } = from.open(parseNamespace(namespace));
  await records!.put("one", new TextEncoder().encode("1"), 0);
  await importLog(from, to, { namespace });
  await records!.put("two", new TextEncoder().encode("2"), 0);
  assertEquals((await importLog(from, to, { namespace })).records, 2);
  assertEquals(await recordsOf(to), { one: "1", two: "2" });
});

Deno.test("importLog() reports a record that another process changes in the target during its deletion", async () => {
  const [from, to] = [await source(), memoryDriver()];
  await importLog(from, to, { namespace });
  await deleteRecords(from);
  const changing = faulty(to, ({ records }) => ({
    records: {
      isReplaceable: false,
      put: (...args) => records!.put(...args),
      scan: (...args) => records!.scan(...args),
      delete: async (key, revision) => {
        await records!.put(key, new TextEncoder().encode("other"), revision);
      },
    },
  }));
  const error = await assertRejects(() => importLog(from, changing, { namespace }));
  assertStringIncludes((error as Error).message, "another process changes it");
});

Deno.test("importLog() of a namespace without events imports nothing", async () => {
  const result = await importLog(memoryDriver(), memoryDriver(), { namespace });
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
    const store = createBackend(to).store(namespace);
    await store.append("order.0", [{ type: "Made", data: {} }], { expectedVersion: 0 });
  }, "differs from the source"],
  ["events after an import", async (to, from) => {
    await importLog(from, to, { namespace });
    await createBackend(to).store(namespace).append("order.9", [{ type: "Made", data: {} }], { expectedVersion: 0 });
  }, "the source has no commit at that place"],
];

for (const [title, prepare, message] of targets) {
  Deno.test(`importLog() refuses a target with ${title}, and does not change it`, async () => {
    const [from, to] = [await source(), memoryDriver()];
    await prepare(to, from);
    const before = await eventsOf(to);
    const error = await assertRejects(() => importLog(from, to, { namespace }));
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
      importLog(await source(), faulty(memoryDriver(), fault), { namespace })
    );
    assertStringIncludes(String(error), message);
  });
}

Deno.test("importLog() reports a source whose beginning has expired, and imports nothing", async () => {
  const [from, to] = [memoryDriver({ retention: { maxCommits: 2 } }), memoryDriver()];
  const store = createBackend(from).store(namespace);
  let position: Position | undefined;
  for (let n = 0; n < 3; n++) {
    const result = await store.append("order.1", [{ type: "Made", data: {} }], { expectedVersion: n });
    if (n === 1) position = result.position;
  }
  const error = await assertRejects(() => importLog(from, to, { namespace }));
  const { code, firstAvailable } = error as { code?: string; firstAvailable?: Position };
  assertEquals([code, firstAvailable], ["events-expired", position]);
  assertEquals(await eventsOf(to), []);
});

Deno.test("importLog() refuses a commit that is larger than the target accepts", async () => {
  const [from, to] = [await source(), memoryDriver({ maxCommitBytes: 100 })];
  const error = await assertRejects(() => importLog(from, to, { namespace }));
  assertEquals((error as { code?: string }).code, "too-large");
});

Deno.test("importLog() refuses records if the target keeps no records", async () => {
  const to = faulty(memoryDriver(), () => ({ records: undefined }));
  const error = await assertRejects(async () => importLog(await source(), to, { namespace }));
  assertStringIncludes(String(error), "keeps none");
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
  await assertRejects(() => importLog(from, aborting, { namespace, signal: controller.signal }), Error, "enough");
  await assertRejects(() => importLog(from, to, { namespace, signal: controller.signal }), Error, "enough");
  assertEquals((await importLog(from, to, { namespace })).commits, 30);
});

const refused: [title: string, options: Record<string, unknown>, code: string][] = [
  ["no namespace", {}, "invalid-namespace"],
  ["an invalid namespace", { namespace: "a..b" }, "invalid-namespace"],
  ["a string as positions", { namespace, positions: "x" }, "invalid-argument"],
  ["an invalid position", { namespace, positions: ["x"] }, "invalid-argument"],
  ["an object that is no signal", { namespace, signal: {} }, "invalid-argument"],
  ["an unknown option", { namespace, verify: true }, "invalid-argument"],
];

for (const [title, options, code] of refused) {
  Deno.test(`importLog() refuses ${title}`, async () => {
    const call = () => importLog(memoryDriver(), memoryDriver(), options as unknown as ImportLogOptions);
    assertEquals((await assertRejects(call) as { code?: string }).code, code);
  });
}
