import { assert, assertEquals, assertThrows } from "@std/assert";
import type { Backend } from "@flowmade-one/aether";
import { createBackend, type Driver, type Log } from "@flowmade-one/aether/adapter";
import type { Observer } from "@flowmade-one/aether/observability";
import { MemoryDriver } from "../../adapters/memory/memory_driver.ts";

const made = [{ type: "Made", data: {} }];

/** A backend in memory, and the logs of its driver. */
function backendWithLogs(
  observer?: Observer,
): { readonly backend: Backend; readonly driver: Driver; readonly logs: readonly Log[] } {
  const driver = new MemoryDriver({});
  const logs: Log[] = [];
  const open = driver.open.bind(driver);
  driver.open = (namespace) => {
    const log = open(namespace);
    logs.push(log);
    return log;
  };
  return { backend: createBackend(driver, { observer }), driver, logs };
}

/** The objects that code of one namespace can hold. */
async function heldIn(backend: Backend, namespace: string): Promise<object[]> {
  const store = backend.store(namespace);
  const result = await store.append("a", made, { expectedVersion: "any" });
  const bus = backend.bus.within(namespace);
  const reader = store.read("a");
  const subscription = store.subscribe();
  const queue = bus.queue({ capacity: 1, overflow: "fail" });
  return [
    store,
    result,
    store.snapshots,
    reader,
    reader[Symbol.asyncIterator](),
    store.readAll(),
    subscription,
    subscription[Symbol.asyncIterator](),
    bus,
    bus.subscribe(() => {}),
    queue,
    queue[Symbol.asyncIterator](),
    ...(store.observer === undefined ? [] : [store.observer.start({ name: "end" })]),
  ];
}

/** All objects that some objects lead to by prototypes and properties. Without `known`, no accessor is run. */
function reachableFrom(roots: readonly unknown[], known?: ReadonlySet<object>): Set<object> {
  const found = new Set<object>(known);
  const waiting: unknown[] = [...roots];
  const visit = (read: () => unknown) => {
    try {
      waiting.push(read());
    } catch {
      // A property that throws has no value to follow.
    }
  };
  while (waiting.length > 0) {
    const next = waiting.pop();
    if ((typeof next !== "object" && typeof next !== "function") || next === null || found.has(next)) continue;
    found.add(next);
    waiting.push(Object.getPrototypeOf(next));
    for (const key of Reflect.ownKeys(next)) {
      const { value, get, set } = Object.getOwnPropertyDescriptor(next, key)!;
      waiting.push(value, get, set);
      if (known !== undefined && get !== undefined) visit(() => Reflect.get(next, key));
    }
    if (known === undefined) continue;
    // Accessors of classes, as an instance runs them.
    for (
      let prototype = Object.getPrototypeOf(next);
      prototype !== null;
      prototype = Object.getPrototypeOf(prototype)
    ) {
      for (const key of Reflect.ownKeys(prototype)) {
        const { get } = Object.getOwnPropertyDescriptor(prototype, key)!;
        if (get !== undefined) visit(() => get.call(next));
      }
    }
  }
  return found;
}

/** The built-in objects, which every program can reach. */
const BUILT_IN = reachableFrom([
  globalThis,
  (async function* () {})(),
  (function* () {})(),
  async () => {},
  [][Symbol.iterator](),
]);

Deno.test("EventStore and NamespacedEventBus lead to no driver, log, backend or other store", async () => {
  const { backend, driver, logs } = backendWithLogs();
  await using _ = backend;
  const other = backend.store("other");
  const reachable = reachableFrom(await heldIn(backend, "ns"), BUILT_IN);
  assert(reachable.size > BUILT_IN.size + 20);
  for (const secret of [driver, backend, backend.bus, other, ...logs]) assert(!reachable.has(secret));
});

for (const observer of [undefined, { start: () => undefined }]) {
  const backends = observer === undefined ? "a backend" : "an observed backend";
  Deno.test(`EventStore and NamespacedEventBus of two namespaces of ${backends} share only frozen objects`, async () => {
    const { backend } = backendWithLogs(observer);
    await using _ = backend;
    const a = reachableFrom(await heldIn(backend, "a"), BUILT_IN);
    const b = reachableFrom(await heldIn(backend, "b"), BUILT_IN);
    const shared = a.intersection(b).difference(BUILT_IN);
    assert(shared.size > 0);
    const unfrozen = [...shared].filter((value) => !Object.isFrozen(value));
    assertEquals(unfrozen.map((value) => String((value as { constructor?: unknown }).constructor ?? value)), []);
  });
}

Deno.test("EventStore has a frozen prototype: a store cannot replace a method of other stores", async () => {
  const { backend } = backendWithLogs();
  await using _ = backend;
  const store = backend.store("a");
  for (const prototype of [Object.getPrototypeOf(store), Object.getPrototypeOf(store.read("x"))]) {
    assertThrows(() => prototype.append = () => {}, TypeError);
    assertThrows(() => Object.defineProperty(prototype, "toArray", { value: () => {} }), TypeError);
  }
  assertEquals((await backend.store("b").append("x", made, { expectedVersion: 0 })).version, 1);
});

Deno.test("EventStore methods can be replaced in one store, and in an object that inherits from it or copies it", async () => {
  const { backend } = backendWithLogs();
  await using _ = backend;
  const store = backend.store("a");
  const latestVersion = () => Promise.resolve(7);
  for (const wrapper of [Object.assign(Object.create(store), { latestVersion }), { ...store, latestVersion }]) {
    await wrapper.append("x", made, { expectedVersion: "any" });
    assertEquals(await wrapper.latestVersion("x"), 7);
  }
  store.latestVersion = latestVersion;
  assertEquals([await store.latestVersion("x"), await backend.store("a").latestVersion("x")], [7, 2]);
});

Deno.test("snapshots.storage is one opaque value for all stores of a namespace, and another for each namespace", async () => {
  const { backend } = backendWithLogs();
  await using _ = backend;
  const storage = backend.store("a").snapshots.storage!;
  assertEquals(Reflect.ownKeys(storage), []);
  assert(Object.isFrozen(storage));
  assert(backend.store("a").snapshots.storage === storage);
  assert(backend.store("b").snapshots.storage !== storage);
  assert(backendWithLogs().backend.store("a").snapshots.storage !== storage);
});

Deno.test("namespaces() checks a grant by the WeakSet methods that existed when the package was loaded", async () => {
  const { backend } = backendWithLogs();
  await using _ = backend;
  const { has } = WeakSet.prototype;
  WeakSet.prototype.has = () => true;
  try {
    const forged = { pattern: ">", reason: "test", narrow: () => forged };
    assertThrows(() => backend.namespaces(forged as never), Error, "this backend did not create it");
  } finally {
    WeakSet.prototype.has = has;
  }
});
