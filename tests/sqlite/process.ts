/**
 * One of several processes that use a file: `<path> <task> <name> <count>`.
 *
 * - `race`: expects the versions 0, 1, 2, ... of one actor, and writes those that it won as JSON.
 * - `append`: appends and publishes events.
 */
import { isAetherError } from "@flowmade-one/aether";
import { sqlite } from "@flowmade-one/aether/sqlite";

const [path, task, name, count] = Deno.args as [string, string, string, string];
await using backend = await sqlite({ path, timeout: 60_000 });
const store = backend.store("t");

if (task === "race") {
  // Both begin at the same time: when the other is there too.
  await store.append(`ready.${name}`, [{ type: "Ready", data: {} }], { expectedVersion: 0 });
  while (await store.latestVersion("ready.a") + await store.latestVersion("ready.b") < 2) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
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
} else {
  const bus = backend.bus.within("t");
  for (let n = 1; n <= Number(count); n++) {
    await store.append(name, [{ type: "Stored", data: n }], { expectedVersion: n - 1 });
    bus.publish(name, { type: "Published", data: n });
  }
}
