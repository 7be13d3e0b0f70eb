import type { CaseContext } from "../case_context.ts";
import type { CaseDefinition } from "../case_definition.ts";
import { expectEqual, expectTrue } from "../expect.ts";
import { countUp } from "../fixtures.ts";
import type { RecordScope } from "../record_scopes.ts";

/** Number of records of 64 bytes for which every adapter needs several batches of a scan. */
const MANY = 1_100;
/** Number of records of 60 kB for which every adapter needs several batches of a scan. */
const LARGE = 80;

/** Scans of records, and hints. */
export const recordScanCases: readonly CaseDefinition[] = [
  {
    name: "records.scan() returns the last value of each key under a prefix of whole tokens, in the order of revisions",
    invariant: "records",
    requires: "records",
    run: async (context) => {
      const driver = await (await context.records())();
      for (const scope of driver.both()) {
        await scope.expectValues([], "a scan before anything was put");
        const revisions = new Map<string, number>();
        for (const name of ["a.1", "a.2", "ab.1", "a", "a.1", "a.b.c", "b.1", "a.2"]) {
          const n = (revisions.size + 1) * 10;
          revisions.set(name, await scope.mustPut(name, `${n}`, revisions.get(name) ?? 0));
        }
        const all = ["ab.1=30", "a=40", "a.1=50", "a.b.c=50", "b.1=60", "a.2=70"];
        await scope.expectValues(all, "all keys");
        await scope.expectValues(["a.1=50", "a.b.c=50", "a.2=70"], `keys under "a."`, "a.");
        await scope.expectValues(["a.b.c=50"], `keys under "a.b."`, "a.b.");
        await scope.expectValues([], `keys under "c."`, "c.");
        await scope.expectValues(["a.b.c=50", "a.2=70"], "after a revision", "a.", revisions.get("a.1"));
        await scope.expectValues([], "after the last revision", "", revisions.get("a.2"));
        await scope.expectValues([], "far after the last revision", "", Number.MAX_SAFE_INTEGER - 1);
      }
    },
  },
  {
    name: "records.scan() with an empty prefix returns every record of its scope, and no others",
    invariant: "records",
    requires: "records",
    run: async (context) => {
      const scope = (await (await context.records())()).namespace();
      const revisions = [await scope.mustPut("a", "1", 0), await scope.mustPut("b.c", "2", 0)];
      const { entries } = await scope.records.scan("", 0);
      expectEqual(entries.map(({ key }) => key), [scope.key("a"), scope.key("b.c")], "the keys of the namespace");
      expectEqual(entries.map(({ revision }) => revision), revisions, "the revisions of the keys");
    },
  },
  {
    name: "records.scan() returns all records in several batches",
    invariant: "records",
    requires: "records",
    run: async (context) => {
      const scope = (await (await context.records())()).namespace();
      await Promise.all(countUp(1, MANY).map((n) => scope.mustPut(`many.${n}`, "x".repeat(64), 0)));
      const keys = new Set((await scope.scan("many.")).map(({ key }) => key));
      expectEqual(keys.size, MANY, "the number of keys of a long scan");
      for (const n of countUp(1, LARGE)) await scope.mustPut(`large.${n}`, "x".repeat(60_000), 0);
      const large = await scope.scan("large.");
      expectEqual(large.length, LARGE, "the number of keys of a large scan");
    },
  },
  {
    name: "records.scan() returns every put that was acknowledged before, by any driver",
    invariant: "records",
    requires: "records",
    run: async (context) => {
      for (const [one, two] of await openTwoDrivers(context)) {
        let last = 0;
        for (const n of countUp(1, 30)) {
          const writer = n % 2 === 0 ? one : two;
          const reader = n % 2 === 0 ? two : one;
          const before = last;
          last = await writer.mustPut("counter", `${n}`, last);
          await reader.expectValues([`counter=${n}`], `after put ${n} by another driver`, "", before);
        }
      }
    },
  },
  {
    name: "records.scan() returns the records of a closed driver",
    invariant: "durability",
    requires: "records",
    run: async (context) => {
      const open = await context.records();
      const first = await open();
      const keeper = await open();
      const revisions = [];
      for (const scope of first.both()) revisions.push(await scope.mustPut("a", "kept", 0));
      await first.close();
      for (const driver of [keeper, await open()]) {
        for (const [i, scope] of driver.both().entries()) {
          await scope.expectValues(["a=kept"], "after the driver that put it was closed");
          expectEqual((await scope.scan())[0]?.revision, revisions[i], `${scope.title}: the revision`);
          expectEqual(await scope.put("a", "lost", 0), undefined, `${scope.title}: a put that expects no value`);
        }
      }
    },
  },
  {
    name: "records.scan() returns one generation while records change",
    invariant: "records",
    requires: "records",
    run: async (context) => {
      const driver = await (await context.records())();
      for (const scope of driver.both()) {
        const generations = new Set<number>();
        const readGeneration = async () => generations.add((await scope.records.scan(scope.key(), 0)).generation);
        const first = await scope.mustPut("a", "1", 0);
        await readGeneration();
        const second = await scope.mustPut("a", "2", first);
        await readGeneration();
        await scope.records.delete(scope.key("a"), second);
        await readGeneration();
        expectEqual(generations.size, 1, `${scope.title}: the number of generations`);
      }
    },
  },
  {
    name: "records.onHint() calls its listener after a put of another driver, until it is disposed",
    invariant: "records",
    requires: "records",
    run: async (context) => {
      for (const [one, two] of await openTwoDrivers(context)) {
        let hints = 0;
        let notify = () => {};
        const hint = two.records.onHint?.(two.key("watched."), () => {
          hints++;
          notify();
        });
        if (hint === undefined) continue;
        let last = 0;
        // A hint may be missing: the put is repeated until one arrives.
        while (hints === 0) {
          const hinted = new Promise<void>((resolve) => notify = resolve);
          last = await one.mustPut("watched.a", `${last}`, last);
          await context.wait(Promise.race([hinted, new Promise((resolve) => setTimeout(resolve, 50))]), "a hint");
        }
        hint[Symbol.dispose]();
        const before = hints;
        await one.mustPut("watched.a", "later", last);
        await two.scan();
        expectTrue(hints === before, `${two.title}: no hint arrives after the disposal`);
      }
    },
  },
];

/** Opens two drivers on one storage. Returns, for each kind of scope, the scope of each driver. */
async function openTwoDrivers(context: CaseContext): Promise<(readonly [RecordScope, RecordScope])[]> {
  const open = await context.records();
  const [one, two] = [await open(), await open()];
  const others = two.both();
  return one.both().map((scope, i) => [scope, others[i]!]);
}
