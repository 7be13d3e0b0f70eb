/**
 * One of several processes that use a file: `<path> <task> <name> <count> <durability>`.
 *
 * - `race`: appends to one actor at the expected versions 0, 1, 2, ... It prints those at which it succeeded, as JSON.
 * - `append`: appends and publishes `count` events.
 * - `fill`: appends `count` large events, eight at a time.
 * - `compete`: appends until both processes have stored `count` events. It prints the number of its own events.
 */
import { isAetherError } from "@flowmade-one/aether";
import { sqlite } from "@flowmade-one/aether/sqlite";

const [path, task, name, count, durability = "disk"] = Deno.args as [string, string, string, string, "disk"?];
await using backend = await sqlite({ path, durability, timeout: 60_000 });
const store = backend.store("t");

/** Resolves when both processes have started. */
async function untilBothAreReady(): Promise<void> {
  await store.append(`ready.${name}`, [{ type: "Ready", data: {} }], { expectedVersion: 0 });
  while (await store.latestVersion("ready.a") + await store.latestVersion("ready.b") < 2) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

if (task === "race") {
  await untilBothAreReady();
  const won: number[] = [];
  for (let version = 0; version < Number(count); version++) {
    try {
      await store.append("prize", [{ type: "Won", data: name }], { expectedVersion: version });
      won.push(version);
    } catch (error) {
      if (!isAetherError(error, "version-conflict")) throw error;
    }
  }
  console.log(JSON.stringify(won));
} else if (task === "compete") {
  await untilBothAreReady();
  const other = name === "a" ? "b" : "a";
  let version = 0;
  while (version < Number(count) || await store.latestVersion(other) < Number(count)) {
    ({ version } = await store.append(name, [{ type: "Stored", data: {} }], { expectedVersion: version }));
  }
  console.log(version);
} else if (task === "fill") {
  const events = [{ type: "Stored", data: "x".repeat(50_000) }];
  for (let n = 0; n < Number(count); n += 8) {
    await Promise.all(Array.from({ length: 8 }, () => store.append(name, events, { expectedVersion: "any" })));
  }
} else {
  const bus = backend.bus.within("t");
  for (let n = 1; n <= Number(count); n++) {
    await store.append(name, [{ type: "Stored", data: n }], { expectedVersion: n - 1 });
    bus.publish(name, { type: "Published", data: n });
  }
}
