/** Writing processes that are killed repeatedly: no acknowledged commit is lost, duplicated or stored partly. */
import { sqlite } from "@flowmade-one/aether/sqlite";
import { assert, assertEquals } from "@std/assert";
import { denoCommand } from "../../_support/deno.ts";
import { TempFolder } from "../temp_folder.ts";

/** For each round of two processes, the number of acknowledged commits after which each process is killed. */
const ROUNDS = [1, 5, 40, 150, 300, 2];

/** An acknowledged commit, as a line of crash_writer.ts. */
interface Acknowledged {
  readonly actorId: string;
  /** Absent for the actor that all writers share. */
  readonly expectedVersion?: number;
  readonly commitId: string;
  readonly version: number;
}

/** Runs a writer, and kills it after a number of acknowledged commits. Returns all acknowledged commits. */
async function writeAndKill(
  path: string,
  writer: string,
  durability: string,
  enough: number,
): Promise<Acknowledged[]> {
  const args = ["run", "-A", "--quiet", "tests/sqlite/faults/crash_writer.ts", path, writer, durability] as const;
  const child = denoCommand([...args], { stdin: "null", stdout: "piped", stderr: "inherit" }).spawn();
  let output = "";
  let isKilled = false;
  for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
    output += chunk;
    if (isKilled || output.split("\n").length <= enough) continue;
    // The pipe may still hold output when the process has ended.
    isKilled = true;
    child.kill("SIGKILL");
  }
  assertEquals((await child.status).signal, "SIGKILL");
  return output.split("\n").slice(0, -1).map((line) => JSON.parse(line));
}

for (const durability of ["disk", "process"] as const) {
  Deno.test(`append() of two processes that are killed loses, duplicates and splits no commit: durability ${durability}`, async () => {
    await using folder = await TempFolder.create();
    const path = folder.newPath();
    const acknowledged: Acknowledged[] = [];
    for (const enough of ROUNDS) {
      const lines = await Promise.all(["a", "b"].map((writer) => writeAndKill(path, writer, durability, enough)));
      acknowledged.push(...lines.flat());
    }

    await using backend = await sqlite({ path });
    const store = backend.store("t");
    const log = await store.readAll().toArray();
    const ends = new Map<string, number>();
    for (const { actorId, version } of log) {
      assertEquals(version, (ends.get(actorId) ?? 0) + 1, `the next version of "${actorId}"`);
      ends.set(actorId, version);
    }
    const commits = Map.groupBy(log, ({ commitId }) => commitId);
    for (const [commitId, events] of commits) assertEquals(events.length, 3, `events of commit ${commitId}`);
    const missing = acknowledged.filter(({ actorId, commitId, version }) => {
      const last = commits.get(commitId)?.at(-1);
      return last?.actorId !== actorId || last.version !== version;
    });
    assertEquals(missing, []);
    assert(acknowledged.length > 0);
    assert(
      commits.size - acknowledged.length <= ROUNDS.length * 2 * 5,
      "each process leaves one commit per actor in flight at most",
    );

    const repeatable = acknowledged.filter(({ expectedVersion }) => expectedVersion !== undefined);
    for (const { actorId, expectedVersion, commitId, version } of repeatable.slice(-20)) {
      const events = [1, 2, 3].map(() => ({ type: "Made", data: {} }));
      const result = await store.append(actorId, events, { expectedVersion: expectedVersion!, commitId });
      assertEquals([result.duplicate, result.version], [true, version]);
    }
  });
}
