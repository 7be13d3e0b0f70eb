import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { DEFAULT_NAMESPACE, isAetherError, parseNamespace } from "@flowmade-one/aether";
import { checkBackendOptions, createBackend, type Driver, type Log } from "@flowmade-one/aether/adapter";
import { memory } from "@flowmade-one/aether/memory";

const made = [{ type: "Made", data: null }];

function driver(overrides: Partial<Driver> = {}): Driver {
  return {
    capabilities: { durability: "none", maxCommitBytes: 1_000 },
    open: () => ({}) as Log,
    namespaces: () => [],
    close: () => Promise.resolve(),
    ...overrides,
  };
}

Deno.test("store() without a namespace returns a store of the default namespace", async () => {
  const backend = memory();
  await backend.store().append("a", made, { expectedVersion: 0 });
  assertEquals(backend.store().namespace, DEFAULT_NAMESPACE);
  assertEquals(await backend.store("default").latestVersion("a"), 1);
  assertEquals(await backend.store("other").latestVersion("a"), 0);
});

Deno.test("createBackend() opens each namespace of a driver once, at its first use", () => {
  const opened: string[] = [];
  const backend = createBackend(driver({ open: (namespace) => (opened.push(namespace), {} as Log) }));
  assertEquals(opened, []);
  for (const namespace of ["a", "b", "a"]) backend.store(namespace);
  assertEquals(opened, ["a", "b"]);
});

for (const namespace of ["prod.*", "prod.>", "*", "", "a..b", "é", null, 7]) {
  Deno.test(`store() refuses the namespace ${JSON.stringify(namespace)} without a call of the driver`, () => {
    const backend = createBackend(driver({ open: () => assert(false, "the driver was called") as never }));
    assert(isAetherError(assertThrows(() => backend.store(namespace as never)), "invalid-namespace"));
  });
}

const opening: [name: string, open: (options: never) => unknown][] = [
  ["createBackend", (options) => createBackend(driver(), options)],
  ["memory", memory],
  ["checkBackendOptions", (options) => checkBackendOptions(options, "file", ["path"])],
];

for (const [name, open] of opening) {
  Deno.test(`${name}() refuses now, newId, onGrantUsed and onError that are not functions`, () => {
    for (const option of ["now", "newId", "onGrantUsed", "onError"]) {
      for (const value of [1, null, "now", {}]) {
        const error = assertThrows(() => open({ [option]: value } as never));
        assertEquals(isAetherError(error, "invalid-argument") && error.argument, option);
      }
      open({ [option]: undefined } as never);
      open({ [option]: () => 1 } as never);
    }
  });
}

Deno.test("checkBackendOptions() returns the options of every backend, each read once", () => {
  let reads = 0;
  const onError = () => {};
  const options = {
    path: "a",
    onError,
    get now() {
      return reads++ === 0 ? Date.now : 7 as never;
    },
  };
  assertEquals(checkBackendOptions(options, "file", ["path"]), {
    now: Date.now,
    newId: undefined,
    onGrantUsed: undefined,
    onError,
    observer: undefined,
  });
  assertEquals(reads, 1);
});

Deno.test("checkBackendOptions() refuses an option that the adapter does not have", () => {
  assertThrows(
    () => checkBackendOptions({ path: "a" } as never, "file", ["folder"]),
    Error,
    'file has no option "path"; it has folder, now, newId, onGrantUsed, onError',
  );
});

Deno.test("createBackend() refuses an unknown option", () => {
  assertThrows(
    () => createBackend(driver(), { clock: Date.now } as never),
    Error,
    'createBackend has no option "clock"',
  );
});

Deno.test("memory() uses the times of now and the ids of newId", async () => {
  let ids = 0;
  const store = memory({ now: () => 42, newId: () => `id-${++ids}` }).store("a");
  await store.append("x", [...made, ...made], { expectedVersion: 0 });
  const events = await store.read("x").toArray();
  assertEquals(events.map(({ id, commitId, timestamp }) => [id, commitId, timestamp]), [
    ["id-1", "id-3", 42],
    ["id-2", "id-3", 42],
  ]);
});

Deno.test("Backend.capabilities has the capabilities of the driver, frozen", () => {
  const { capabilities } = createBackend(driver());
  assertEquals(capabilities, { durability: "none", maxCommitBytes: 1_000 });
  assertThrows(() => Object.assign(capabilities, { durability: "disk" }), TypeError);
});

Deno.test("Backend.close() closes the driver once, and later calls are refused", async () => {
  let closes = 0;
  const backend = createBackend(driver({ close: () => Promise.resolve(void closes++) }));
  const store = backend.store("a");
  const grant = backend.grant(">", { reason: "test" });
  await Promise.all([backend.close(), backend.close()]);
  await backend[Symbol.asyncDispose]();
  assertEquals(closes, 1);
  const refusals = [
    () => backend.store("a"),
    () => backend.grant(">", { reason: "test" }),
    () => backend.namespaces(grant),
    () => store.read("a"),
    () => store.readAll(),
    () => store.subscribe(),
  ];
  for (const call of refusals) assert(isAetherError(assertThrows(call), "closed"), `${call}`);
  assert(isAetherError(await assertRejects(() => store.append("a", made, { expectedVersion: 0 })), "closed"));
  assert(isAetherError(await assertRejects(() => store.latestVersion("a")), "closed"));
  assert(isAetherError(await assertRejects(() => store.snapshots.latest("a")), "closed"));
});

Deno.test("Backend.close() rejects with the error of a driver that fails to close", async () => {
  const backend = createBackend(driver({ close: () => Promise.reject(new RangeError("stuck")) }));
  await assertRejects(() => backend.close(), RangeError, "stuck");
});

Deno.test("Backend.close() ends a running namespaces()", async () => {
  const names = ["a", "b"].map((name) => parseNamespace(name));
  const backend = createBackend(driver({ namespaces: () => names }));
  const seen: string[] = [];
  const error = await assertRejects(async () => {
    for await (const name of backend.namespaces(backend.grant(">", { reason: "test" }))) {
      seen.push(name);
      await backend.close();
    }
  });
  assert(isAetherError(error, "closed"));
  assertEquals(seen, ["a"]);
});

Deno.test("namespaces() refuses an iteration that starts after close()", async () => {
  const backend = createBackend(driver({ namespaces: () => assert(false, "the driver was called") as never }));
  const listing = backend.namespaces(backend.grant(">", { reason: "test" }));
  await backend.close();
  assert(isAetherError(await assertRejects(() => Array.fromAsync(listing)), "closed"));
});

Deno.test('store() and within() refuse an explicit undefined, and use "default" without an argument', () => {
  const backend = memory();
  const tenant: { readonly id: string } | undefined = undefined;
  const id = (tenant as { readonly id: string } | undefined)?.id as string;
  for (const call of [() => backend.store(id), () => backend.bus.within(id), () => backend.store(id, undefined)]) {
    const error = assertThrows(call, Error, 'to use the namespace "default", pass "default" or no argument');
    assert(isAetherError(error, "invalid-namespace"), `${call}`);
  }
  assertEquals([backend.store().namespace, backend.bus.within().namespace] as string[], ["default", "default"]);
});
