/**
 * One of several processes that host counters on a file: `<path> <name> <commands> <names of all processes>`. It
 * waits until all processes have started. Then it executes this many commands of its own and, with the same commit ids
 * as the other processes, as many shared commands. It ends when all of them are executed.
 */
import { decider, events } from "@flowmade-one/aether";
import { hostActors } from "@flowmade-one/aether/hosting";
import { sqlite } from "@flowmade-one/aether/sqlite";

/** Number of actors, which all processes share. */
const ACTORS = 5;
/** Number of commands that are executed at the same time. */
const FLIGHT = 4;

const [path, name, commands, ...names] = Deno.args as [string, string, string, ...string[]];

const Counts = events<{ Counted: { id: string; by: string } }>();
const counter = decider(Counts, {
  initial: () => 0,
  evolve: (count) => count + 1,
  decide: (id: string) => [{ type: "Counted", data: { id, by: name } }],
});

await using backend = await sqlite({ path, durability: "process", timeout: 60_000 });
await using cluster = await backend.join({ name, heartbeat: 50, ttl: 10_000 });
await using host = hostActors(backend.store("counts", Counts), counter, { cluster, name: "counters" });

const started = backend.store("started");
await started.append(name, [{ type: "Started", data: {} }], { expectedVersion: "any" });
for (const each of names) {
  while (await started.latestVersion(each) === 0) await new Promise((resolve) => setTimeout(resolve, 1));
}

let next = 0;
await Promise.all(Array.from({ length: FLIGHT }, async () => {
  while (next < Number(commands)) {
    const n = next++;
    for (const commitId of [`${name}.${n}`, `shared.${n}`]) {
      await host.execute(`counter.${n % ACTORS}`, commitId, { commitId, lookback: "all" });
    }
  }
}));
