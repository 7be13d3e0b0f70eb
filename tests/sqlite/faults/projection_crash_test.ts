/** Projecting processes that are killed repeatedly: the model has each event once, in the order of the log. */
import { project } from "@flowmade-one/aether/projections";
import { sqlite } from "@flowmade-one/aether/sqlite";
import { assert, assertEquals } from "@std/assert";
import { turns } from "../../_support/until.ts";
import { denoCommand } from "../../_support/deno.ts";
import { TempFolder } from "../temp_folder.ts";
import { openModel } from "./crash_model.ts";

/** For each round of two processes, the number of transactions after which each process is killed. */
const ROUNDS = [1, 3, 10, 2, 25, 1, 40, 5];

/** Runs a process, and kills it after a number of printed lines. Returns the number of all lines. */
async function projectAndKill(paths: readonly string[], batch: number, enough: number): Promise<number> {
  const args = ["run", "-A", "--quiet", "tests/sqlite/faults/crash_projector.ts", ...paths, String(batch)] as const;
  const child = denoCommand([...args], { stdin: "null", stdout: "piped", stderr: "inherit" }).spawn();
  let lines = 0;
  let isKilled = false;
  for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
    lines += chunk.split("\n").length - 1;
    if (isKilled || lines < enough) continue;
    isKilled = true;
    child.kill("SIGKILL");
  }
  assertEquals((await child.status).signal, "SIGKILL");
  return lines;
}

Deno.test("project() applies each event once while two projecting processes are killed repeatedly", async () => {
  await using folder = await TempFolder.create();
  const paths = [folder.newPath(), folder.newPath()];
  await using backend = await sqlite({ path: paths[0]!, durability: "process" });
  const store = backend.store("t");
  const stopping = new AbortController();
  const writing = (async () => {
    while (!stopping.signal.aborted) {
      const events = Array.from({ length: 3 }, () => ({ type: "Made", data: {} }));
      await store.append(`order.${Math.floor(Math.random() * 5)}`, events, { expectedVersion: "any" });
      await turns(1);
    }
  })();
  let transactions = 0;
  for (const enough of ROUNDS) {
    // Batches of 2 end in the middle of a commit.
    const counts = await Promise.all([2, 7].map((batch) => projectAndKill(paths, batch, enough)));
    transactions += counts[0]! + counts[1]!;
  }
  stopping.abort();
  await writing;

  const { database, model } = openModel(paths[1]!);
  const projection = project(store, model);
  await projection.reached((await store.end())!);
  await projection.close();
  const applied = database.prepare("SELECT event FROM applied ORDER BY rowid").all().map(({ event }) => event);
  database.close();
  const log = await store.readAll().toArray();
  assertEquals(applied, log.map(({ id }) => id));
  assert(transactions >= ROUNDS.reduce((sum, enough) => sum + 2 * enough, 0), `${transactions} transactions`);
});
