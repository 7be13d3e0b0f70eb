import { parsePosition, type Position } from "@flowmade-one/aether";
import { renewLogIdentity, sqlite } from "@flowmade-one/aether/sqlite";
import { assertEquals, assertNotEquals } from "@std/assert";
import { logIdentityOf } from "../../adapter.ts";
import { failureOf } from "./failure_of.ts";
import { executeSql } from "./other_process.ts";
import { TempFolder } from "./temp_folder.ts";

const EVENT = { type: "Made", data: {} };

async function write(path: string, namespace: string): Promise<Position> {
  await using backend = await sqlite({ path });
  return (await backend.store(namespace).append("order.1", [EVENT], { expectedVersion: "any" })).position;
}

async function readAfter(path: string, namespace: string, after: Position): Promise<number> {
  await using backend = await sqlite({ path });
  return (await backend.store(namespace).readAll({ after }).toArray()).length;
}

Deno.test("renewLogIdentity() makes the named logs refuse every earlier position, and no other log", async () => {
  await using folder = await TempFolder.create();
  const path = folder.newPath();
  const [one, two, three] = [await write(path, "one"), await write(path, "two"), await write(path, "three")];
  await renewLogIdentity(["one", "three"], { path });
  assertEquals((await failureOf(readAfter(path, "one", one))).code, "unknown-position");
  assertEquals((await failureOf(readAfter(path, "three", three))).code, "unknown-position");
  assertEquals(await readAfter(path, "two", two), 0);
  assertEquals(await readAfter(path, "one", await write(path, "one")), 0);
  await renewLogIdentity("all", { path });
  assertEquals((await failureOf(readAfter(path, "two", two))).code, "unknown-position");
});

Deno.test("renewLogIdentity() applies at once to a backend that has the file open, and its subscriptions continue", async () => {
  await using folder = await TempFolder.create();
  const path = folder.newPath();
  await using backend = await sqlite({ path });
  const store = backend.store("t");
  const { position } = await store.append("order.1", [EVENT], { expectedVersion: 0 });
  await using subscription = store.subscribe();
  const iterator = subscription[Symbol.asyncIterator]();
  assertEquals((await iterator.next()).value?.position, position);
  await renewLogIdentity(["t"], { path });
  assertEquals((await failureOf(store.readAll({ after: position }).toArray())).code, "unknown-position");
  const { position: next } = await store.append("order.1", [EVENT], { expectedVersion: 1 });
  assertNotEquals(logIdentityOf(next), logIdentityOf(position));
  assertEquals((await iterator.next()).value?.position, next);
  assertEquals(await store.readAll({ after: next }).toArray(), []);
});

Deno.test("renewLogIdentity() makes a restored backup refuse positions of lost commits", async () => {
  await using folder = await TempFolder.create();
  const [path, backup] = [folder.newPath(), folder.newPath()];
  const kept = await write(path, "t");
  executeSql(path, `VACUUM INTO '${backup}'`);
  const lost = await write(path, "t");
  // Without a new identity, the position of the lost commit would name the second commit of the backup.
  await renewLogIdentity("all", { path: backup });
  await write(backup, "t");
  for (const position of [kept, lost]) {
    assertEquals((await failureOf(readAfter(backup, "t", parsePosition(position)))).code, "unknown-position");
  }
});

const refused: [title: string, namespaces: unknown, options: (path: string) => unknown, code: string][] = [
  ["no namespaces", undefined, (path) => ({ path }), "invalid-argument"],
  ["a name in place of a list", "one", (path) => ({ path }), "invalid-argument"],
  ["no options", ["one"], () => undefined, "invalid-argument"],
  ["a namespace without a log", ["one", "unused"], (path) => ({ path }), "invalid-argument"],
  ["an invalid namespace", ["one", "a..b"], (path) => ({ path }), "invalid-namespace"],
  ["an unknown option", ["one"], (path) => ({ path, ...{ retention: {} } }), "invalid-argument"],
  ["a file that does not exist", ["one"], (path) => ({ path: `${path}.other` }), "unavailable"],
];

for (const [title, namespaces, options, code] of refused) {
  Deno.test(`renewLogIdentity() refuses ${title}, and changes nothing`, async () => {
    await using folder = await TempFolder.create();
    const path = folder.newPath();
    const position = await write(path, "one");
    const renew = renewLogIdentity as (...args: unknown[]) => Promise<void>;
    assertEquals((await failureOf(renew(namespaces, options(path)))).code, code);
    assertEquals(await readAfter(path, "one", position), 0);
  });
}
