import { AetherError } from "@flowmade-one/aether/errors";
import { isAetherError } from "@flowmade-one/aether";
import type { Cluster, Shares, Term } from "@flowmade-one/aether/cluster";
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { aborted, until } from "../_support/until.ts";
import { endSession, openBackend } from "./open_cluster.ts";

/** Work on shards that records the node and the terms of each shard. */
class ShardRecorder {
  /** The node that runs each shard now. */
  readonly running: Map<number, string> = new Map();
  readonly terms: Map<number, number[]> = new Map();
  starts = 0;

  workOn(node: Cluster): (shard: number, term: Term) => Promise<void> {
    return async (shard, { term, signal }) => {
      this.starts++;
      assertEquals(this.running.get(shard), undefined, `shard ${shard} runs on another node`);
      this.running.set(shard, node.name);
      this.terms.set(shard, [...this.terms.get(shard) ?? [], term]);
      await aborted(signal);
      this.running.delete(shard);
    };
  }
}

/** The number of shards that each node owns, in ascending order. */
const counts = (shares: readonly Shares[]) => shares.map(({ owned }) => owned.length).sort();

Deno.test("share() refuses arguments that are not valid", async () => {
  await using test = openBackend();
  const cluster = await test.join("one");
  const rows: [name: unknown, shards: unknown, work: unknown, argument: string][] = [
    ["a b", 1, () => {}, "name"],
    ["a", 0, () => {}, "shards"],
    ["a", 1_025, () => {}, "shards"],
    ["a", "16", () => {}, "shards"],
    ["a", undefined, () => {}, "shards"],
    ["a", 1, undefined, "work"],
  ];
  for (const [name, shards, work, argument] of rows) {
    const error = assertThrows(() => cluster.share(name as string, shards as number, work as () => void), AetherError);
    assert(isAetherError(error, "invalid-argument") && error.argument === argument, String(error));
  }
  await using _ = cluster.share("a", 1_024, () => {});
});

Deno.test("share() distributes shards evenly, and again after a node has left", async () => {
  await using test = openBackend();
  const recorder = new ShardRecorder();
  const nodes = [await test.join("one"), await test.join("two"), await test.join("three")];
  const shares = nodes.map((node) => node.share("work", 8, recorder.workOn(node)));
  await until("all shards run, evenly", () => recorder.running.size === 8 && `${counts(shares)}` === "2,3,3");
  assertEquals(shares.flatMap(({ owned }) => owned).sort(), [0, 1, 2, 3, 4, 5, 6, 7]);
  const starts = recorder.starts;
  const before = shares.map(({ owned }) => owned);
  await nodes[0]!.close();
  await until(
    "the other nodes own all shards",
    () => recorder.running.size === 8 && `${counts(shares.slice(1))}` === "4,4",
  );
  assert(recorder.starts - starts <= 2 * before[0]!.length, `${recorder.starts - starts} shards moved`);
  for (const terms of recorder.terms.values()) assertEquals(terms, terms.toSorted((a, b) => a - b));
});

Deno.test("share() moves a shard to a new node after the work of the shard has ended", async () => {
  await using test = openBackend();
  const one = await test.join("one");
  const mayEnd = Promise.withResolvers<void>();
  const log: string[] = [];
  const work = (node: string) => async (shard: number, { signal }: Term) => {
    log.push(`${node} begins ${shard}`);
    await aborted(signal);
    await mayEnd.promise;
    log.push(`${node} ends ${shard}`);
  };
  const first = one.share("work", 2, work("one"));
  await until("the first node owns both shards", () => first.owned.length === 2);
  const two = await test.join("two");
  const second = two.share("work", 2, work("two"));
  await until("the first node hands one shard off", () => first.owned.length === 1);
  assertEquals([second.owned, log.length], [[], 2]);
  mayEnd.resolve();
  await until("the second node owns the shard", () => second.owned.length === 1);
  const [moved] = second.owned;
  assertEquals(log.slice(2), [`one ends ${moved}`, `two begins ${moved}`]);
});

Deno.test("share() does not start work that has returned again in the same term", async () => {
  await using test = openBackend();
  const cluster = await test.join("one");
  let starts = 0;
  const shares = cluster.share("work", 1, () => void starts++);
  await until("the work has run", () => starts === 1);
  await cluster.lead("later", () => {});
  assertEquals([starts, shares.owned], [1, [0]]);
  endSession(test.records, cluster);
  await until("the work runs again in the next term", () => starts === 2);
});

Deno.test("share() reports work that throws, and starts it again", async () => {
  await using test = openBackend();
  const cluster = await test.join("one");
  const failure = new Error("the shard has failed");
  let starts = 0;
  cluster.share("work", 1, () => {
    if (++starts < 3) throw failure;
  });
  await until("the work has run three times", () => starts === 3);
  assertEquals(test.errors, [failure, failure]);
});

Deno.test("Shares.close() hands the shards to the other nodes, and the node remains a member", async () => {
  await using test = openBackend();
  const [one, two] = [await test.join("one"), await test.join("two")];
  const recorder = new ShardRecorder();
  const shares = [one.share("work", 4, recorder.workOn(one)), two.share("work", 4, recorder.workOn(two))];
  await until("all shards run, evenly", () => `${counts(shares)}` === "2,2");
  await shares[0]!.close();
  assertEquals(shares[0]!.owned, []);
  await until("the other node owns all shards", () => shares[1]!.owned.length === 4 && recorder.running.size === 4);
  assertEquals(one.members.length, 2);
  await using again = one.share("work", 4, recorder.workOn(one));
  await until("the node owns shards again", () => again.owned.length === 2 && shares[1]!.owned.length === 2);
});

Deno.test("share() refuses a name and number of shards that the node shares already, and accepts another number", async () => {
  await using test = openBackend();
  const cluster = await test.join("one");
  const four = cluster.share("work", 4, () => {});
  const error = assertThrows(() => cluster.share("work", 4, () => {}), AetherError);
  assert(isAetherError(error, "invalid-argument"), String(error));
  const two = cluster.share("work", 2, () => {});
  await until("the shards of both numbers are owned", () => four.owned.length === 4 && two.owned.length === 2);
});

Deno.test("share(), offer() and lead() refuse a closed cluster", async () => {
  await using test = openBackend();
  const cluster = await test.join("one");
  await cluster.close();
  assert(isAetherError(assertThrows(() => cluster.share("work", 4, () => {})), "closed"));
  assert(isAetherError(assertThrows(() => cluster.offer("a")), "closed"));
  assert(isAetherError(await assertRejects(() => cluster.lead("a", () => {})), "closed"));
});
