import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { type EventStore, execute, isAetherError, type Position } from "@flowmade-one/aether";
import type { Lookback } from "@flowmade-one/aether/types";
import { never, type SnapshotPolicy, withSnapshots } from "@flowmade-one/aether/snapshots";
import { memory } from "@flowmade-one/aether/memory";
import { testSeeds } from "../_support/seeds.ts";
import { type Account, account, AccountEvents, filled } from "./account.ts";

/** A commit of the model. */
interface ModelCommit {
  readonly id: string;
  readonly version: number;
  readonly position: Position;
}

/** A search for a commit, with a lookback that just reaches it, or reaches one commit more or less. */
interface Query {
  readonly kind: "number" | "since" | "all";
  /** The commit that is looked for, or whose place is the edge of the lookback. */
  readonly at: number;
  readonly edge: -1 | 0 | 1;
  /** Whether the id is one that no commit has. */
  readonly isUnknown: boolean;
}

interface Script {
  /** The size and the number in the id of each commit. */
  readonly commits: readonly (readonly [size: number, id: number])[];
  /** After which commits a snapshot is written, and whether by a command with a commit id. */
  readonly snapshots: readonly (readonly [after: number, withCommitId: boolean])[];
  readonly queries: readonly Query[];
}

const commits = (maxLength: number, ids: number) =>
  fc.array(fc.tuple(fc.integer({ min: 1, max: 3 }), fc.nat({ max: ids })), { minLength: 1, maxLength, size: "max" });
const index = fc.oneof(fc.nat({ max: 600 }), fc.constantFrom(254, 255, 256, 257, 258));
const scripts: fc.Arbitrary<Script> = fc.record({
  commits: fc.oneof(commits(12, 20), commits(600, 2_000)),
  snapshots: fc.array(fc.tuple(index, fc.boolean()), { maxLength: 4 }),
  queries: fc.array(
    fc.record({
      kind: fc.constantFrom("number" as const, "number" as const, "since" as const, "all" as const),
      at: index,
      edge: fc.constantFrom(-1, 0, 1),
      isUnknown: fc.boolean(),
    }),
    { minLength: 4, maxLength: 12 },
  ),
});

/** The account with snapshots, written by a policy. */
function snapshotted(policy: SnapshotPolicy<Account>) {
  const onError = (error: unknown) => {
    throw error;
  };
  return withSnapshots(account, { schema: 1, policy, onError });
}

async function build(store: EventStore<AccountEvents>, { commits, snapshots }: Script): Promise<ModelCommit[]> {
  const model: ModelCommit[] = [];
  for (const [i, [size, number]] of commits.entries()) {
    const expectedVersion = model.at(-1)?.version ?? 0;
    const id = `c${number}`;
    const { version, position } = await store.append("x", filled(...Array(size).fill(1)), {
      expectedVersion,
      commitId: id,
    });
    model.push({ id, version, position });
    const snapshot = snapshots.find(([after]) => after % commits.length === i);
    if (snapshot === undefined) continue;
    const commitId = snapshot[1] ? "none" : undefined;
    await execute(store, snapshotted(() => true), "x", "nothing", { commitId });
  }
  return model;
}

testSeeds("execute() finds a commit id exactly within its lookback, with snapshots and without", async (seed) => {
  const property = fc.asyncProperty(scripts, async (script) => {
    await using backend = memory();
    const store = backend.store("a", AccountEvents);
    const model = await build(store, script);
    for (const { kind, at, edge, isUnknown } of script.queries) {
      // From the end, as snapshots and lookbacks are counted.
      const i = Math.max(0, model.length - 1 - at % model.length);
      const commitId = isUnknown ? "unknown" : model[i]!.id;
      const first = Math.min(Math.max(0, i + edge), model.length - 1);
      const lookback: Lookback = kind === "all"
        ? "all"
        : kind === "number"
        ? model.length - first
        : { since: model[first]!.position };
      const covered = kind === "all" ? model : model.slice(kind === "number" ? first : first + 1);
      const found = covered.findLast(({ id }) => id === commitId);
      const exhausted = kind === "number" && covered.length < model.length;
      for (const decider of [account, snapshotted(never)]) {
        const done = await execute(store, decider, "x", "nothing", { commitId, lookback });
        const { duplicate, version, lookbackExhausted } = done;
        const expected = found === undefined
          ? [false, model.at(-1)?.version ?? 0, exhausted]
          : [true, found.version, false];
        assertEquals(
          [duplicate, version, lookbackExhausted],
          expected,
          `${commitId} within ${JSON.stringify(lookback)}`,
        );
        const refusing = execute(store, decider, "x", "nothing", { commitId, lookback, onExhausted: "refuse" });
        const refused = await refusing.then(() => false, (error) => isAetherError(error, "lookback-exhausted"));
        assertEquals(refused, found === undefined && exhausted);
      }
    }
  });
  // Shrinking a long history takes too long.
  await fc.assert(property, { seed, numRuns: 100, endOnFailure: true });
});
