import { endOfCommit, logIdentityOf, offsetOf, toPosition } from "../../src/values/position.ts";
import type { ReadAllOptions } from "../../src/store/options.ts";
import type { CaseDefinition } from "../case_definition.ts";
import { appendHistory } from "../history.ts";
import { expectEqual, expectError, expectTrue } from "../expect.ts";
import { appendCommits, appendOne, coordinatesOf, countUp, oneEvent } from "../fixtures.ts";

const BACKWARDS = { direction: "backwards" } as const;

/** Reading the log newest first, and between two positions. */
export const logBackwardsCases: readonly CaseDefinition[] = [
  {
    name: "readAll() backwards returns the same events as forwards, newest first",
    invariant: "order",
    run: async (context) => {
      const store = await context.store();
      expectEqual(await store.readAll(BACKWARDS).toArray(), [], "an unused log read backwards");
      await appendHistory(store);
      const log = await store.readAll().toArray();
      expectEqual(await store.readAll(BACKWARDS).toArray(), log.toReversed(), "the log read backwards");
      expectEqual(await store.readAll({ direction: "forwards" }).toArray(), log, "the log read forwards");
    },
  },
  {
    name: "readAll() backwards with a limit cuts the log, even inside a commit, by toArray() and by iteration",
    invariant: "ranges",
    run: async (context) => {
      const store = await context.store();
      await appendHistory(store);
      const newestFirst = (await store.readAll().toArray()).reverse();
      for (const limit of countUp(1, newestFirst.length + 1)) {
        const options = { ...BACKWARDS, limit };
        const expected = coordinatesOf(newestFirst.slice(0, limit));
        expectEqual(
          coordinatesOf(await store.readAll(options).toArray()),
          expected,
          `the log backwards, limit ${limit}`,
        );
        const iterated = [];
        for await (const event of store.readAll(options)) iterated.push(event);
        expectEqual(coordinatesOf(iterated), expected, `the same, iterated`);
      }
    },
  },
  {
    name: "readAll() reads between any two positions, also inside of commits, in both directions",
    invariant: "order",
    run: async (context) => {
      const store = await context.store();
      await appendHistory(store);
      const log = await store.readAll().toArray();
      for (const [i, after] of [undefined, ...log].entries()) {
        for (const [j, before] of [...log, undefined].entries()) {
          const bounds = { after: after?.position, before: before?.position };
          const expected = coordinatesOf(log.slice(i, Math.max(i, j)));
          const fact = `the log after event ${i} and before event ${j + 1}`;
          expectEqual(coordinatesOf(await store.readAll(bounds).toArray()), expected, fact);
          const backwards = await store.readAll({ ...bounds, ...BACKWARDS }).toArray();
          expectEqual(coordinatesOf(backwards), expected.toReversed(), `${fact}, backwards`);
        }
      }
    },
  },
  {
    name: "readAll() backwards with types and actors returns the selected events, and the limit counts only these",
    invariant: "ranges",
    run: async (context) => {
      const store = await context.store();
      await appendHistory(store);
      for (const n of countUp(1, 40)) await appendOne(store, `noise.${n}`, {}, "Noise");
      const log = await store.readAll().toArray();
      const rows: readonly ReadAllOptions[] = [
        { types: ["Placed"] },
        { types: ["Placed"], limit: 2 },
        { types: ["Never"] },
        { actors: "order.2" },
        { actors: "order.2", limit: 2 },
        { actors: "order.*", limit: 3 },
        { actors: "order.>", types: ["Placed", "Shipped"] },
        { actors: "cart.*", limit: 1 },
        { actors: ">", limit: 3 },
        { actors: "nothing.*" },
        { actors: "order.2", before: log[7]!.position },
        { actors: "order.*", after: log[3]!.position, before: log[9]!.position },
        { actors: "noise.*", before: log[9]!.position },
        { actors: "order.*", after: log[9]!.position },
      ];
      for (const { limit, ...options } of rows) {
        const forwards = await store.readAll(options).toArray();
        const backwards = await store.readAll({ ...options, limit, ...BACKWARDS }).toArray();
        const expected = coordinatesOf(forwards).reverse().slice(0, limit);
        expectEqual(
          coordinatesOf(backwards),
          expected,
          `the log read backwards with ${JSON.stringify({ ...options, limit })}`,
        );
      }
    },
  },
  {
    name: "readAll() backwards reads a long log to its start, with all actors, a rare actor and a frequent actor",
    invariant: "ranges",
    run: async (context) => {
      const store = await context.store();
      let rare = 0;
      let frequent = 0;
      for (const n of countUp(0, 699)) {
        if (n % 233 === 0) rare = (await store.append("rare", oneEvent(), { expectedVersion: rare })).version;
        else if (n % 2 === 0) {
          frequent = (await store.append("frequent", oneEvent(), { expectedVersion: frequent })).version;
        } else await store.append(`other.${n}`, oneEvent(), { expectedVersion: 0 });
      }
      const log = await store.readAll().toArray();
      expectEqual(await store.readAll(BACKWARDS).toArray(), log.toReversed(), "a long log read backwards");
      for (const actors of ["rare", "frequent", "other.*", "other.699"]) {
        const expected = coordinatesOf(await store.readAll({ actors }).toArray()).reverse();
        const read = await store.readAll({ actors, ...BACKWARDS }).toArray();
        expectEqual(coordinatesOf(read), expected, `"${actors}" of a long log read backwards`);
        const some = await store.readAll({ actors, ...BACKWARDS, limit: 2 }).toArray();
        expectEqual(coordinatesOf(some), expected.slice(0, 2), `the same, limit 2`);
        const older = await store.readAll({ actors, ...BACKWARDS, before: log[350]!.position }).toArray();
        const count = (await store.readAll({ actors, before: log[350]!.position }).toArray()).length;
        expectEqual(
          coordinatesOf(older),
          coordinatesOf(read).slice(read.length - count),
          `the same, of the older half`,
        );
      }
    },
  },
  {
    name: "readAll() backwards pages through the log by the position of the last event of each page",
    invariant: "order",
    run: async (context) => {
      const store = await context.store();
      await appendHistory(store);
      const newestFirst = (await store.readAll().toArray()).reverse();
      for (const limit of [1, 3, 4]) {
        const seen = [];
        for (let before = undefined;;) {
          const page = await store.readAll({ ...BACKWARDS, limit, before }).toArray();
          if (page.length === 0) break;
          seen.push(...page);
          before = page.at(-1)!.position;
        }
        expectEqual(coordinatesOf(seen), coordinatesOf(newestFirst), `the log in pages of ${limit}`);
      }
    },
  },
  {
    name: "readAll() refuses a bound beyond the end of the log, in both directions",
    invariant: "order",
    run: async (context) => {
      const store = await context.store();
      await appendCommits(store, "order.1", [1, 3]);
      const { position } = await appendOne(store, "order.2");
      const fields = { namespace: context.namespace };
      const [identity, next] = [logIdentityOf(position), offsetOf(position) + 1];
      for (const before of [endOfCommit(identity, next), toPosition(identity, next, 0, 2)]) {
        for (const options of [{ before }, { before, ...BACKWARDS }, { before, ...BACKWARDS, actors: "order.1" }]) {
          const read = store.readAll(options).toArray();
          await expectError(read, "unknown-position", fields, `a read with ${JSON.stringify(options)}`);
        }
      }
      const read = store.readAll({ after: endOfCommit(identity, next), ...BACKWARDS }).toArray();
      await expectError(read, "unknown-position", fields, "a read backwards after a position beyond the end");
    },
  },
  {
    name: "readAll() backwards begins at the end that the log has when the read starts, while writers append",
    invariant: "ranges",
    run: async (context) => {
      const store = await context.store();
      await appendCommits(store, "order.1", [1, 1, 1]);
      const seen = [];
      for await (const event of store.readAll(BACKWARDS)) {
        seen.push(event.version);
        expectTrue(seen.length < 50, "a read ends although each of its events causes an append");
        await store.append("order.1", oneEvent(), { expectedVersion: "exists" });
      }
      expectEqual(seen, [3, 2, 1], "the versions that were in the log when the read started");
    },
  },
];
