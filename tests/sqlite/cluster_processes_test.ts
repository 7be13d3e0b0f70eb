/** Nodes of a cluster, and hosts of actors, in several processes on one file. */
import { sqlite } from "@flowmade-one/aether/sqlite";
import { assertEquals } from "@std/assert";
import { ClusterLedger } from "../_support/cluster_ledger.ts";
import { denoCommand } from "../_support/deno.ts";
import { TempFolder } from "./temp_folder.ts";

const [ONE, TWO, THREE] = ["one", "two", "three"] as const;
const ALL = [ONE, TWO, THREE];

/** Milliseconds after which a test fails: many times its duration on a busy machine. */
const TEST_TIMEOUT_MS = 240_000;

Deno.test({
  name: "join(): the other processes on a file own every key after the leader's process was killed with SIGKILL",
  timeout: TEST_TIMEOUT_MS,
  async fn() {
    await using folder = await TempFolder.create();
    const storage = [`file:${folder.newPath()}`];
    await using ledger = await ClusterLedger.create({ heartbeat: 100, ttl: 1_000 });
    const before = await ledger.startAll(ALL, storage);
    const leader = await ledger.leader();
    await ledger.signal(leader, "SIGKILL");
    const after = await ledger.ownedBy(ALL.filter((name) => name !== leader), before);
    ledger.start(leader, storage);
    await ledger.ownedBy(ALL, after);
    await ledger.check();
  },
});

Deno.test({
  name: "Cluster.close(): other processes on the file own every key, and no session ends by its ttl",
  timeout: TEST_TIMEOUT_MS,
  async fn() {
    await using folder = await TempFolder.create();
    const storage = [`file:${folder.newPath()}`];
    // The ttl is longer than the timeout of the test.
    await using ledger = await ClusterLedger.create({ heartbeat: 100, ttl: 600_000 });
    const before = await ledger.startAll(ALL, storage);
    const leader = await ledger.leader();
    const [second, last] = ALL.filter((name) => name !== leader) as [string, string];
    assertEquals(await ledger.leave(leader), 0);
    const after = await ledger.ownedBy([second, last], before);
    assertEquals(await ledger.leave(second), 0);
    await ledger.ownedBy([last], after);
    assertEquals(await ledger.leave(last), 0);
    await ledger.check();
    assertEquals((await ledger.lines()).filter(({ error }) => error?.includes("unavailable")), []);
  },
});

/** Number of commands that each process executes, and of those that all processes execute. */
const COMMANDS = 100;

/** Number of stored commands after which a process is killed. */
const COMMANDS_BEFORE_KILL = 20;

/** A process that runs hosting_worker.ts. */
class HostingProcess implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;

  constructor(path: string, name: string, commands: number) {
    const args = ["run", "-A", "--quiet", "tests/sqlite/hosting_worker.ts", path, name, `${commands}`, ...ALL];
    this.#child = denoCommand(args as [string], { stdin: "null", stdout: "null", stderr: "inherit" }).spawn();
  }

  /** Waits until the process has executed all commands. Returns its exit code. */
  async end(): Promise<number> {
    return (await this.#child.status).code;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // The process has ended already.
    }
    await this.#child.status;
  }
}

Deno.test({
  name: "hostActors() of three processes on a file stores each command once, also if a process is killed",
  timeout: TEST_TIMEOUT_MS,
  async fn() {
    await using folder = await TempFolder.create();
    const path = folder.newPath();
    await using backend = await sqlite({ path });
    const store = backend.store("counts");
    await using one = new HostingProcess(path, ONE, COMMANDS);
    await using two = new HostingProcess(path, TWO, COMMANDS);
    {
      await using _killed = new HostingProcess(path, THREE, 1_000_000);
      let left = COMMANDS_BEFORE_KILL;
      await using subscription = store.subscribe();
      for await (const { data } of subscription) {
        if ((data as { by: string }).by === THREE && --left === 0) break;
      }
    }
    // The process that replaces the killed one executes its commands again.
    await using three = new HostingProcess(path, THREE, COMMANDS);
    assertEquals(await Promise.all([one, two, three].map((process) => process.end())), [0, 0, 0]);
    const counts = new Map<string, number>();
    for await (const { data } of store.readAll()) {
      const { id } = data as { id: string };
      counts.set(id, (counts.get(id) ?? 0) + 1);
    }
    assertEquals([...counts].filter(([, count]) => count !== 1), []);
    const expected = Array.from({ length: COMMANDS }, (_, n) => [...ALL, "shared"].map((name) => `${name}.${n}`));
    assertEquals(expected.flat().filter((id) => !counts.has(id)), []);
  },
});
