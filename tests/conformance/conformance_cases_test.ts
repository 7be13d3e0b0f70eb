import {
  type CapabilityName,
  type ConformanceCase,
  conformanceCases,
  ConformanceFailure,
  type ConformanceHarness,
} from "@flowmade-one/aether/conformance";
import type { Backend } from "@flowmade-one/aether";
import { createBackend, type Driver } from "@flowmade-one/aether/adapter";
import { memory } from "@flowmade-one/aether/memory";
import { assert, assertEquals, assertMatch, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { MemoryDriver } from "../../adapters/memory/memory_driver.ts";
import { INVARIANTS } from "../../conformance/invariants.ts";

/** A harness that declines every capability. */
const NOTHING: ConformanceHarness = {
  open: memory,
  reopen: { reason: "no reopening" },
  sharedStorage: { reason: "no shared storage" },
  sharedBus: { reason: "no shared bus" },
  records: { reason: "no records" },
  calls: { reason: "no calls" },
  retainCommits: { reason: "no retention of commits" },
  retainBytes: { reason: "no retention of bytes" },
  retainAge: { reason: "no retention by age" },
  quotaCommits: { reason: "no quota of commits" },
  quotaBytes: { reason: "no quota of bytes" },
};

const CASES = conformanceCases(NOTHING);

Deno.test("conformanceCases() returns at least 180 cases, and each name is unique", () => {
  assert(CASES.length >= 180, `${CASES.length} cases`);
  assertEquals(new Set(CASES.map(({ name }) => name)).size, CASES.length);
});

Deno.test("conformanceCases() begins the name of each case with the API that it tests", () => {
  for (const { name } of CASES) assertMatch(name, /^[A-Za-z][\w.]*(?:\(\))?,? [^\n]{10,150}[^.\s]$/);
});

Deno.test("conformanceCases() names an invariant for each case, and has several cases for each invariant", () => {
  const count = Map.groupBy(CASES, ({ protects }) => protects);
  assertEquals([...count.keys()].sort(), Object.values(INVARIANTS).sort());
  for (const [invariant, cases] of count) assert(cases.length >= 2, `${cases.length} cases protect: ${invariant}`);
});

Deno.test("conformanceCases() puts the reason for a declined capability into skip and title of a case", () => {
  const needed = new Set<CapabilityName>();
  for (const { name, title, needs, skip } of CASES) {
    if (needs === undefined) {
      assertEquals([skip, title], [undefined, name]);
      continue;
    }
    needed.add(needs);
    const { reason } = NOTHING[needs] as { reason: string };
    assertEquals([skip, title], [reason, `${name} (skipped: ${reason})`]);
  }
  assertEquals(needed.size, 10);
});

Deno.test("conformanceCases() does not skip a case whose capability is supported", () => {
  const cases = conformanceCases({ ...NOTHING, quotaCommits: (maxCommits) => memory({ quota: { maxCommits } }) });
  const skipped = (all: readonly ConformanceCase[]) => all.filter(({ skip }) => skip !== undefined).length;
  const offered = CASES.filter(({ needs }) => needs === "quotaCommits").length;
  assert(offered > 0);
  assertEquals(skipped(cases), skipped(CASES) - offered);
});

Deno.test("conformanceCases() uses sharedStorage for an omitted reopen, but not for a declined one", () => {
  const { reopen: _, ...rest } = NOTHING;
  const harness: ConformanceHarness = { ...rest, sharedStorage: () => memory };
  const reasons = (harness: ConformanceHarness) =>
    new Set(conformanceCases(harness).filter(({ needs }) => needs === "reopen").map(({ skip }) => skip));
  assertEquals(reasons(harness), new Set([undefined]));
  assertEquals(reasons({ ...harness, reopen: { reason: "it is gone" } }), new Set(["it is gone"]));
});

Deno.test("conformanceCases() uses sharedStorage for an omitted sharedBus, but not for a declined one", () => {
  const { sharedBus: _, ...rest } = NOTHING;
  const reasons = (harness: ConformanceHarness) =>
    new Set(conformanceCases(harness).filter(({ needs }) => needs === "sharedBus").map(({ skip }) => skip));
  assertEquals(reasons(rest), new Set(["no shared storage"]));
  assertEquals(reasons({ ...rest, sharedStorage: () => memory }), new Set([undefined]));
  assertEquals(reasons({ ...NOTHING, sharedStorage: () => memory }), new Set(["no shared bus"]));
});

Deno.test("run() fails if the harness declines reopen, unless the backend has durability none", async () => {
  const claim = "backend.capabilities declares durability only if the harness can reopen the storage";
  for (const durability of ["none", "process", "disk", "quorum"] as const) {
    const open = () => {
      const driver = new MemoryDriver({});
      return createBackend(
        Object.assign(Object.create(driver), {
          capabilities: { ...driver.capabilities, durability },
          open: driver.open.bind(driver),
          close: () => driver.close(),
        }),
      );
    };
    const { run } = conformanceCases({ ...NOTHING, open }).find(({ name }) => name === claim)!;
    if (durability === "none") await run();
    else {
      const { message } = await assertRejects(run, ConformanceFailure);
      assertStringIncludes(message, `declines reopen ("no reopening"), but capabilities.durability is "${durability}"`);
    }
    await conformanceCases({ ...NOTHING, open, reopen: () => open }).find(({ name }) => name === claim)!.run();
  }
});

/** A harness without `reopen` and `sharedStorage`: it neither supports nor declines them. */
const { reopen: _, sharedStorage: __, ...NEITHER } = NOTHING;

const badHarnesses: [harness: unknown, message: string][] = [
  [undefined, "the harness must be an object, not undefined"],
  [null, "the harness must be an object, not null"],
  [{}, "the harness's open is undefined. It must be a function that opens a backend"],
  [{ ...NOTHING, open: memory() }, "the harness's open is a DriverBackend. It must be a function that opens a backend"],
  [NEITHER, "the harness's reopen is undefined. It must be a function, or { reason: "],
  [
    { ...NEITHER, reopen: { reason: "no" } },
    "the harness's sharedStorage is undefined. It must be a function, or { reason: ",
  ],
  [
    { ...NEITHER, sharedStorage: { reason: "no" } },
    "the harness's reopen is undefined. It must be a function, or { reason: ",
  ],
  [{ ...NOTHING, records: undefined }, "the harness's records is undefined. It must be a function, or { reason: "],
  [{ ...NOTHING, retainAge: undefined }, "retainAge is undefined. It must be a function, or { reason: "],
  [{ ...NOTHING, retainBytes: null }, "retainBytes is null. It must be a function, or { reason: "],
  [
    { ...NOTHING, quotaBytes: "no" },
    'quotaBytes is "no". It must be a function, or { reason: "..." } if the adapter lacks the capability',
  ],
  [
    { ...NOTHING, quotaCommits: {} },
    "quotaCommits.reason is undefined. It must be a sentence that says why the adapter lacks the capability",
  ],
  [{ ...NOTHING, quotaCommits: { reason: "" } }, 'quotaCommits.reason is "". It must be a sentence that says why'],
  [{ ...NOTHING, retainCommits: { reason: " \n" } }, "It must be a sentence that says why"],
  [{ ...NOTHING, sharedStorage: { reason: 7 } }, "sharedStorage.reason is 7. It must be"],
  [{ ...NOTHING, reopen: { reason: "" } }, 'reopen.reason is "". It must be a sentence that says why'],
  [
    { ...NOTHING, timeout: 0 },
    "the harness's timeout is 0. It must be a whole number of milliseconds, 1 to 2147483647",
  ],
  [{ ...NOTHING, timeout: Infinity }, "timeout is Infinity. It must be a whole number of milliseconds"],
  [{ ...NOTHING, timeout: "1s" }, 'timeout is "1s". It must be a whole number of milliseconds'],
];

Deno.test("conformanceCases() refuses an invalid harness and names the problem", () => {
  for (const [harness, message] of badHarnesses) {
    const make = () => conformanceCases(harness as ConformanceHarness);
    const error = assertThrows(make, TypeError, message);
    assert(error.message.startsWith("Cannot make the cases: the harness"), error.message);
  }
  conformanceCases({ ...NOTHING, timeout: 1 });
  conformanceCases({ ...NOTHING, timeout: undefined });
});

Deno.test("conformanceCases() reports a harness that does not return a backend", async () => {
  const open = (() => Promise.resolve({ store: memory })) as unknown as ConformanceHarness["open"];
  const { message } = await assertRejects(conformanceCases({ ...NOTHING, open })[0]!.run, ConformanceFailure);
  assertStringIncludes(message, "the harness returned { store: a function } instead of a backend");
});

Deno.test("run() of a case whose capability is declined fails", async () => {
  for (const { run } of CASES.filter(({ skip }) => skip !== undefined)) {
    assertStringIncludes((await assertRejects(run, ConformanceFailure)).message, "does not declare it");
  }
});

Deno.test("run() closes every backend that it opened, also after a failure", async () => {
  for (const harness of [NOTHING, { ...NOTHING, open: openFaulty }]) {
    const opened: Backend[] = [];
    const open: ConformanceHarness["open"] = async (options) => {
      const backend = await harness.open(options);
      opened.push(backend);
      return backend;
    };
    for (const { run } of conformanceCases({ ...harness, open }).slice(0, 20)) await run().catch(() => {});
    assertEquals(opened.map(isClosed), opened.map(() => true));
  }
});

Deno.test("run() of all cases passes concurrently on one storage, and a second time", async () => {
  const driver = new MemoryDriver({});
  driver.close = () => Promise.resolve();
  const logs = new Map();
  const shared: Driver = {
    capabilities: driver.capabilities,
    open: (namespace) => logs.getOrInsertComputed(namespace, () => driver.open(namespace)),
    namespaces: () => driver.namespaces(),
    close: () => driver.close(),
  };
  const cases = conformanceCases({ ...NOTHING, open: (options) => createBackend(shared, options) });
  const runnable = cases.filter(({ skip }) => skip === undefined);
  for (let round = 0; round < 2; round++) await Promise.all(runnable.map(({ run }) => run()));
});

Deno.test("ConformanceFailure names the case, both values and the invariant", async () => {
  const [first] = conformanceCases({ ...NOTHING, open: openFaulty });
  const { message, cause } = await assertRejects(first!.run, ConformanceFailure);
  assertEquals(message.split("\n"), [
    "append() with expectedVersion 0 begins an actor at version 1.",
    'version and duplicate of the first append to "order.1": expected [1, false], got [2, false] ' +
    "(first difference at 0: expected 1, got 2)",
    "Invariant: Versions of one actor are 1, 2, 3, ... without gap or repeat.",
  ]);
  assert(cause instanceof ConformanceFailure);
});

Deno.test("run() reports an unexpected error and keeps it as the cause", async () => {
  const error = new TypeError("no such table");
  const harness: ConformanceHarness = {
    ...NOTHING,
    open: () => {
      throw error;
    },
  };
  const { message, cause } = await assertRejects(conformanceCases(harness)[0]!.run, ConformanceFailure);
  assertStringIncludes(message, "An unexpected error: TypeError: no such table");
  assertEquals(cause as Error, error);
});

Deno.test("run() fails at the timeout if the backend never answers", async () => {
  const open: ConformanceHarness["open"] = () => new Promise(() => {});
  const [first] = conformanceCases({ ...NOTHING, open, timeout: 20 });
  const { message } = await assertRejects(first!.run, ConformanceFailure);
  assertStringIncludes(message, "Cannot finish the case in 20 ms: it waits for an answer of the backend");
});

Deno.test("run() fails if the backend never closes", async () => {
  const open: ConformanceHarness["open"] = () => {
    const driver = new MemoryDriver({});
    driver.close = () => new Promise(() => {});
    return createBackend(driver);
  };
  const [first] = conformanceCases({ ...NOTHING, open, timeout: 20 });
  const { message } = await assertRejects(first!.run, ConformanceFailure);
  assertStringIncludes(message, "Cannot finish the case in 20 ms: it waits for the backends to close");
});

/** A backend whose appends store one event too many. */
function openFaulty(): Backend {
  const driver = new MemoryDriver({});
  return createBackend({
    capabilities: driver.capabilities,
    open: (namespace) => {
      const log = driver.open(namespace);
      const append = log.append.bind(log);
      log.append = (commit) => append({ ...commit, events: [...commit.events, commit.events[0]!] });
      return log;
    },
    namespaces: () => driver.namespaces(),
    close: () => driver.close(),
  });
}

function isClosed(backend: Backend): boolean {
  try {
    backend.store("any");
    return false;
  } catch {
    return true;
  }
}
