import type { CaseDefinition } from "../case_definition.ts";
import { expectEqual } from "../expect.ts";
import { appendCommits, appendOne, countUp, versionsOf } from "../fixtures.ts";
import type { ReadOptions } from "../../src/store/options.ts";

/** One read of an actor with seven events, in commits of 3, 1 and 3. */
type Row = readonly [options: ReadOptions, versions: readonly number[]];

const ACTOR = "order.1";
const SIZES = [3, 1, 3];
const BACKWARDS = { direction: "backwards" } as const;

/** Reads of one actor: ranges, limits and directions. */
export const rangeCases: readonly CaseDefinition[] = [
  readsReturn("read() without options returns all events, oldest first", [
    [{}, countUp(1, 7)],
    [{ direction: "forwards" }, countUp(1, 7)],
    [{ from: undefined, to: undefined, limit: undefined, direction: undefined, signal: undefined }, countUp(1, 7)],
  ]),
  readsReturn("read() from a version includes that version, even inside a commit, and returns nothing beyond the end", [
    [{ from: 1 }, countUp(1, 7)],
    [{ from: 2 }, countUp(2, 7)],
    [{ from: 3 }, countUp(3, 7)],
    [{ from: 4 }, countUp(4, 7)],
    [{ from: 5 }, countUp(5, 7)],
    [{ from: 7 }, [7]],
    [{ from: 8 }, []],
    [{ from: Number.MAX_SAFE_INTEGER }, []],
  ]),
  readsReturn("read() to a version includes that version, even inside a commit, and ends at the last event", [
    [{ to: 1 }, [1]],
    [{ to: 3 }, [1, 2, 3]],
    [{ to: 5 }, countUp(1, 5)],
    [{ to: 7 }, countUp(1, 7)],
    [{ to: 8 }, countUp(1, 7)],
    [{ to: Number.MAX_SAFE_INTEGER }, countUp(1, 7)],
  ]),
  readsReturn("read() returns exactly the range, and nothing if the range ends before it begins", [
    [{ from: 2, to: 6 }, countUp(2, 6)],
    [{ from: 2, to: 2 }, [2]],
    [{ from: 3, to: 4 }, [3, 4]],
    [{ from: 6, to: 9 }, [6, 7]],
    [{ from: 8, to: 9 }, []],
    [{ from: 5, to: 4 }, []],
    [{ from: 7, to: 1 }, []],
  ]),
  readsReturn("read() with a limit returns at most that number of events, even if the limit divides a commit", [
    [{ limit: 1 }, [1]],
    [{ limit: 2 }, [1, 2]],
    [{ limit: 3 }, [1, 2, 3]],
    [{ limit: 4 }, [1, 2, 3, 4]],
    [{ limit: 7 }, countUp(1, 7)],
    [{ limit: 8 }, countUp(1, 7)],
    [{ from: 2, limit: 3 }, [2, 3, 4]],
    [{ from: 6, limit: 5 }, [6, 7]],
    [{ from: 2, to: 5, limit: 2 }, [2, 3]],
    [{ from: 2, to: 3, limit: 5 }, [2, 3]],
  ]),
  readsReturn("read() backwards returns the same events, newest first", [
    [{ ...BACKWARDS }, countUp(1, 7).reverse()],
    [{ ...BACKWARDS, from: 3 }, [7, 6, 5, 4, 3]],
    [{ ...BACKWARDS, to: 5 }, [5, 4, 3, 2, 1]],
    [{ ...BACKWARDS, from: 2, to: 6 }, [6, 5, 4, 3, 2]],
    [{ ...BACKWARDS, from: 4, to: 4 }, [4]],
    [{ ...BACKWARDS, to: 100 }, countUp(1, 7).reverse()],
    [{ ...BACKWARDS, from: 8 }, []],
    [{ ...BACKWARDS, from: 5, to: 4 }, []],
  ]),
  readsReturn("read() backwards with a limit returns the newest events of the range", [
    [{ ...BACKWARDS, limit: 1 }, [7]],
    [{ ...BACKWARDS, limit: 2 }, [7, 6]],
    [{ ...BACKWARDS, limit: 4 }, [7, 6, 5, 4]],
    [{ ...BACKWARDS, limit: 7 }, countUp(1, 7).reverse()],
    [{ ...BACKWARDS, limit: 8 }, countUp(1, 7).reverse()],
    [{ ...BACKWARDS, to: 6, limit: 3 }, [6, 5, 4]],
    [{ ...BACKWARDS, from: 2, to: 5, limit: 2 }, [5, 4]],
    [{ ...BACKWARDS, from: 4, to: 5, limit: 9 }, [5, 4]],
  ]),
  {
    name: "read() returns the same events by iteration and by toArray(), in both directions",
    invariant: "ranges",
    run: async (context) => {
      const store = await context.store();
      await appendCommits(store, ACTOR, SIZES);
      for (const options of [{}, BACKWARDS, { from: 2, limit: 3 }, { ...BACKWARDS, to: 6, limit: 4 }]) {
        const one = [];
        for await (const event of store.read(ACTOR, options)) one.push(event);
        expectEqual(one, await store.read(ACTOR, options).toArray(), "the events that were read by iteration");
      }
    },
  },
  {
    name: "read() can be left at any event, and the store still accepts appends",
    invariant: "ranges",
    run: async (context) => {
      const store = await context.store();
      await appendCommits(store, ACTOR, SIZES);
      for (const stop of [1, 3, 5]) {
        const seen = [];
        for await (const event of store.read(ACTOR)) {
          seen.push(event.version);
          if (event.version === stop) break;
        }
        expectEqual(seen, countUp(1, stop), `the versions up to the break at ${stop}`);
      }
      expectEqual((await appendOne(store, ACTOR)).version, 8, "the version after an append after the breaks");
    },
  },
  {
    name: "read() returns a long history completely, in order, in both directions",
    invariant: "ranges",
    run: async (context) => {
      const store = await context.store();
      // A large commit, then small commits: 300 commits in all.
      await appendCommits(store, ACTOR, [700, ...countUp(1, 299).map(() => 1)]);
      const forwards = await store.read(ACTOR).toArray();
      expectEqual(versionsOf(forwards), countUp(1, 999), "the versions of a long history");
      const backwards = await store.read(ACTOR, BACKWARDS).toArray();
      expectEqual(backwards, forwards.toReversed(), "a long history read backwards");
      const middle = await store.read(ACTOR, { from: 650, to: 850 }).toArray();
      expectEqual(versionsOf(middle), countUp(650, 850), "the versions of a part of a long history");
    },
  },
];

function readsReturn(name: string, rows: readonly Row[]): CaseDefinition {
  return {
    name,
    invariant: "ranges",
    run: async (context) => {
      const store = await context.store();
      await appendCommits(store, ACTOR, SIZES);
      await appendCommits(store, "order.2", [2]);
      for (const [options, versions] of rows) {
        const read = await store.read(ACTOR, options).toArray();
        expectEqual(versionsOf(read), versions, `versions 1 to 7 of "${ACTOR}" read with ${JSON.stringify(options)}`);
        const actors = new Set(read.map(({ actorId }) => actorId));
        expectEqual([...actors], versions.length === 0 ? [] : [ACTOR], "the actors of the events");
      }
    },
  };
}
