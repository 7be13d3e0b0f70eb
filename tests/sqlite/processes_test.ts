import type { BusEvent } from "@flowmade-one/aether";
import { sqlite } from "@flowmade-one/aether/sqlite";
import { assertEquals } from "@std/assert";
import { runProcess } from "./run_process.ts";
import { TempFolder } from "./temp_folder.ts";

Deno.test("append() of two processes with the same expected version stores one of both commits, 500 times", async () => {
  await using folder = await TempFolder.create();
  const path = folder.newPath();
  const names = ["a", "b"];
  const won = await Promise.all(names.map(async (name): Promise<number[]> => {
    return JSON.parse(await runProcess(path, "race", name, "500"));
  }));
  const winners = Array.from({ length: 500 }, (_, version) => names.filter((_, i) => won[i]!.includes(version)).join());
  await using backend = await sqlite({ path });
  const events = await backend.store("t").read("prize").toArray();
  assertEquals(events.map(({ data }) => data), winners);
});

/** Number of events that both processes store: the faster one goes on until the slower one has stored them. */
const COMPETING = 1_000;

/** Maximum number of appends of the faster process for each append of the slower one. */
const MAX_SHARE = 4;

/** Runs, one of which must show a fair share. In a run, another load of the machine may stop one of the processes. */
const MAX_RUNS = 4;

for (const durability of ["disk", "process"]) {
  Deno.test(`append() of two processes without pauses gives each a fair share of the file: durability ${durability}`, async () => {
    await using folder = await TempFolder.create();
    const runs: string[] = [];
    while (runs.length < MAX_RUNS) {
      const path = folder.newPath();
      const counts = await Promise.all(["a", "b"].map(async (name) => {
        return Number(await runProcess(path, "compete", name, `${COMPETING}`, durability));
      }));
      if (Math.max(...counts) <= MAX_SHARE * COMPETING) return;
      runs.push(counts.join(" and "));
    }
    throw new Error(`The processes stored these numbers of commits: ${runs.join(", ")}`);
  });
}

Deno.test("subscribe() of a store and a bus receives the events of other processes once and in order", async () => {
  await using folder = await TempFolder.create();
  const path = folder.newPath();
  await using backend = await sqlite({ path });
  const received: BusEvent[] = [];
  let wake = () => {};
  backend.bus.within("t").subscribe((event) => {
    received.push(event);
    wake();
  });
  await using subscription = backend.store("t").subscribe();
  const written = Promise.all(["a", "b"].map((name) => runProcess(path, "append", name, "100")));
  const followed = new Map<string, unknown[]>();
  let count = 0;
  for await (const { actorId, data } of subscription) {
    followed.set(actorId, [...(followed.get(actorId) ?? []), data]);
    if (++count === 200) break;
  }
  await written;
  while (received.length < 400) await new Promise<void>((resolve) => wake = resolve);
  const numbers = Array.from({ length: 100 }, (_, i) => i + 1);
  for (const name of ["a", "b"]) {
    assertEquals(followed.get(name), numbers, `the events of "${name}" from the subscription`);
    for (const type of ["Stored", "Published"]) {
      const ofType = received.filter((event) => event.actorId === name && event.type === type);
      assertEquals(ofType.map(({ data }) => data), numbers, `the ${type} events of "${name}" from the bus`);
    }
  }
});
