import { sqlite } from "@flowmade-one/aether/sqlite";
import { assertEquals, assertStringIncludes } from "@std/assert";
import { until } from "../../_support/until.ts";
import { failureOf } from "../failure_of.ts";
import { TempFolder } from "../temp_folder.ts";

const EVENT = { type: "Made", data: {} };

/** Creates a file with one event. */
async function writeFile(path: string): Promise<void> {
  await using backend = await sqlite({ path });
  await backend.store("t").append("order.9", [EVENT], { expectedVersion: 0 });
}

const faults: [name: string, replace: (path: string) => Promise<void>][] = [
  ["deleted", (path) => Deno.remove(path)],
  ["moved", (path) => Deno.rename(path, `${path}.old`)],
  ["replaced by a backup", async (path) => {
    await writeFile(`${path}.backup`);
    await Deno.rename(`${path}.backup`, path);
  }],
];

for (const [name, replace] of faults) {
  Deno.test(`append() fails, and stores nothing, after the file was ${name} while it is open`, async () => {
    await using folder = await TempFolder.create();
    const path = folder.newPath();
    await using backend = await sqlite({ path });
    const store = backend.store("t");
    await store.append("order.1", [EVENT], { expectedVersion: 0 });
    await replace(path);
    const error = await failureOf(store.append("order.1", [EVENT], { expectedVersion: 1 }));
    assertEquals(error.code, "unavailable");
    assertStringIncludes(error.message, "deleted or replaced");
    assertEquals(await store.latestVersion("order.1"), 1);
    assertEquals((await failureOf(store.append("order.1", [EVENT], { expectedVersion: 1 }))).code, "unavailable");
  });

  Deno.test(`subscribe() fails after the file was ${name} while it is open`, async () => {
    await using folder = await TempFolder.create();
    const path = folder.newPath();
    await using backend = await sqlite({ path });
    const store = backend.store("t");
    await store.append("order.1", [EVENT], { expectedVersion: 0 });
    await using subscription = store.subscribe();
    const ended = failureOf((async () => {
      for await (const _ of subscription) await replace(path);
    })());
    assertEquals((await ended).code, "unavailable");
  });
}

Deno.test("append() with durability process fails within the check interval after the file was deleted", async () => {
  await using folder = await TempFolder.create();
  const path = folder.newPath();
  await using backend = await sqlite({ path, durability: "process" });
  const store = backend.store("t");
  await store.append("order.1", [EVENT], { expectedVersion: 0 });
  await Deno.remove(path);
  let appended = 0;
  const error = await failureOf((async () => {
    while (true) {
      await store.append("order.1", [EVENT], { expectedVersion: "any" });
      appended++;
    }
  })());
  assertEquals(error.code, "unavailable", `after ${appended} appends`);
});

Deno.test("append() continues after the file was moved back", async () => {
  await using folder = await TempFolder.create();
  const path = folder.newPath();
  await using backend = await sqlite({ path });
  const store = backend.store("t");
  await store.append("order.1", [EVENT], { expectedVersion: 0 });
  await Deno.rename(path, `${path}.old`);
  await failureOf(store.append("order.1", [EVENT], { expectedVersion: 1 }));
  await Deno.rename(`${path}.old`, path);
  assertEquals((await store.append("order.1", [EVENT], { expectedVersion: 1 })).version, 2);
});

Deno.test("publish() fails after the file was deleted, if another backend listens", async () => {
  await using folder = await TempFolder.create();
  const path = folder.newPath();
  const reported: unknown[] = [];
  await using other = await sqlite({ path, onError: (error) => reported.push(error) });
  other.bus.within("t").subscribe(() => {});
  await using backend = await sqlite({ path, onError: (error) => reported.push(error) });
  await Deno.remove(path);
  backend.bus.within("t").publish("order.1", { type: "Viewed", data: {} });
  await until("the failure is reported", () => {
    return reported.some((error) => String(error).includes("publish an event of"));
  });
});
