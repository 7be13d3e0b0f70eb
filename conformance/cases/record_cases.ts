import type { CaseDefinition } from "../case_definition.ts";
import { expectEqual, expectTrue } from "../expect.ts";
import { countUp } from "../fixtures.ts";
import type { RecordScope } from "../record_scopes.ts";
import { MAX_RECORD_BYTES, MAX_RECORD_KEY_LENGTH, MAX_RECORD_KEY_TOKENS } from "../../src/base/limits.ts";

/** Puts and deletions of records, in a namespace's scope and in the backend's. */
export const recordCases: readonly CaseDefinition[] = [
  inBothScopes("records.put() stores a value over the last revision, and changes nothing over any other revision", {
    run: async (scope) => {
      expectEqual(await scope.put("a", "one", 7), undefined, `${scope.title}: a put over 7 of a key without value`);
      const first = await scope.mustPut("a", "one", 0);
      for (const expected of [0, first - 1, first + 1]) {
        expectEqual(await scope.put("a", "two", expected), undefined, `${scope.title}: a put over ${expected}`);
      }
      await scope.expectValues(["a=one"], "after puts over wrong revisions");
      const second = await scope.mustPut("a", "two", first);
      expectTrue(second > first, `${scope.title}: revision ${second} is greater than ${first}`);
      expectEqual(await scope.put("a", "three", first), undefined, `${scope.title}: a put over the revision before`);
      await scope.expectValues(["a=two"], "after all puts");
    },
  }),
  inBothScopes("records.put() that is repeated returns its first revision, while its value is the last one", {
    run: async (scope) => {
      const first = await scope.mustPut("a", "one", 0);
      expectEqual(await scope.put("a", "one", 0), first, `${scope.title}: the same put again`);
      expectEqual(await scope.put("a", "other", 0), undefined, `${scope.title}: other bytes over the same revision`);
      const second = await scope.mustPut("a", "two", first);
      expectEqual(await scope.put("a", "two", first), second, `${scope.title}: the second put again`);
      expectEqual(
        await scope.put("a", "two", 0),
        undefined,
        `${scope.title}: the bytes of the second put over another revision`,
      );
      expectEqual(await scope.put("a", "one", 0), undefined, `${scope.title}: the first put, once another followed`);
      await scope.expectValues(["a=two"], "after repeated puts");
      await scope.mustPut("a", "two", second);
      await scope.mustPut("empty", "", 0);
      expectEqual(typeof await scope.put("empty", "", 0), "number", `${scope.title}: an empty value put again`);
    },
  }),
  inBothScopes("records.put() returns rising revisions over all keys, also after the last record was deleted", {
    run: async (scope) => {
      const revisions = [];
      for (const name of ["a", "b", "a", "c", "b"]) {
        const last = (await scope.scan(`${name}.`)).at(0)?.revision ?? 0;
        revisions.push(await scope.mustPut(`${name}.key`, "value", last));
        if (name === "c") await scope.records.delete(scope.key("c.key"), revisions.at(-1)!);
      }
      expectEqual(revisions, revisions.toSorted((a, b) => a - b), `${scope.title}: revisions in the order of puts`);
      expectEqual(new Set(revisions).size, revisions.length, `${scope.title}: the number of different revisions`);
      const before = revisions.at(-1)!;
      await scope.records.delete(scope.key("b.key"), before);
      const after = await scope.mustPut("b.key", "value", 0);
      expectTrue(after > before, `${scope.title}: revision ${after} is greater than the deleted ${before}`);
    },
  }),
  inBothScopes("records.delete() removes the last value at its revision, and the key then has no value", {
    run: async (scope) => {
      const first = await scope.mustPut("a", "one", 0);
      await scope.records.delete(scope.key("a"), first + 1);
      await scope.records.delete(scope.key("b"), first);
      await scope.expectValues(["a=one"], "after deletions at other revisions and of other keys");
      const second = await scope.mustPut("a", "two", first);
      await scope.records.delete(scope.key("a"), first);
      await scope.expectValues(["a=two"], "after a deletion at the revision before");
      await scope.records.delete(scope.key("a"), second);
      await scope.records.delete(scope.key("a"), second);
      await scope.expectValues([], "after the deletion");
      expectEqual(await scope.put("a", "three", second), undefined, `${scope.title}: a put over the deleted revision`);
      const third = await scope.mustPut("a", "three", 0);
      await scope.expectValues(["a=three"], "a scan after the deleted revision", "", second);
      expectTrue(third > second, `${scope.title}: revision ${third} is greater than the deleted ${second}`);
    },
  }),
  inBothScopes("records.scan() returns copies of values of 0 bytes to 64 KiB", {
    run: async (scope) => {
      const sizes = [0, 1, 255, MAX_RECORD_BYTES];
      for (const size of sizes) {
        const value = Uint8Array.from({ length: size }, (_, i) => i % 256);
        await scope.records.put(scope.key(`v.${size}`), value, 0);
        value.fill(7);
      }
      for (const round of [1, 2]) {
        for (const [i, { value }] of (await scope.scan("v.")).entries()) {
          const isWhole = value.length === sizes[i] && value.every((byte, at) => byte === at % 256);
          expectTrue(isWhole, `${scope.title}: the value of ${sizes[i]} bytes is as it was put, read ${round}`);
          value.fill(9);
        }
      }
    },
  }),
  inBothScopes("records.put() accepts keys of every permitted character and length, and keeps them apart", {
    run: async (scope) => {
      const alphabet = "A-Z_a-z.0-9~z=2E=C3=A9.-";
      const maxLength = MAX_RECORD_KEY_LENGTH - scope.key().length;
      const baseTokens = scope.key().split(".").length - 1;
      const mostTokens = Array.from({ length: MAX_RECORD_KEY_TOKENS - baseTokens }, () => "t").join(".");
      const names = [alphabet, "a", "A", "a.b", "a.B", "a=2Eb", "a~b", "ab", "x".repeat(maxLength), mostTokens];
      for (const name of names) await scope.mustPut(name, name, 0);
      await scope.expectValues(names.map((name) => `${name}=${name}`), "all keys");
    },
  }),
  {
    name: "records.put() over one revision succeeds once, from any of several drivers",
    invariant: "records",
    requires: "records",
    run: async (context) => {
      const open = await context.records();
      const drivers = [await open(), await open(), await open()];
      for (const scope of [0, 1]) {
        const sides = drivers.map((driver) => driver.both()[scope]!);
        let last = 0;
        for (const round of countUp(1, 5)) {
          const puts = sides.flatMap((side, by) =>
            countUp(1, 5).map((n) => side.put("race", `${round} ${by} ${n}`, last))
          );
          const winners = (await Promise.all(puts)).filter((revision) => revision !== undefined);
          expectEqual(winners.length, 1, `${sides[0]!.title}: puts that were stored in round ${round}`);
          last = winners[0]!;
        }
      }
    },
  },
  {
    name: "records.scan() returns no record of another namespace or of the backend",
    invariant: "isolation",
    requires: "records",
    run: async (context) => {
      const driver = await (await context.records())();
      const scopes = [driver.namespace(), driver.namespace("child"), driver.backend];
      for (const scope of scopes) await scope.mustPut("a", scope.title, 0);
      for (const scope of scopes) await scope.expectValues([`a=${scope.title}`], "the value that was put in the scope");
      const [last] = await scopes[0]!.scan();
      await scopes[0]!.records.delete(scopes[0]!.key("a"), last!.revision);
      for (const scope of scopes.slice(1)) {
        await scope.expectValues([`a=${scope.title}`], "after a deletion in another scope");
      }
    },
  },
  {
    name: "records.put() that fails because of an aborted signal stores nothing",
    invariant: "endings",
    requires: "records",
    run: async (context) => {
      const driver = await (await context.records())();
      for (const scope of driver.both()) {
        const signal = AbortSignal.abort(new Error("aborted by the case"));
        try {
          await scope.records.put(scope.key("a"), new Uint8Array([1]), 0, signal);
        } catch (error) {
          expectEqual(error, signal.reason, `${scope.title}: the error of an aborted put`);
          await scope.expectValues([], "after an aborted put");
        }
      }
    },
  },
];

/** A case that runs on the records of a namespace and on the records of the backend. */
function inBothScopes(name: string, { run }: { run: (scope: RecordScope) => Promise<void> }): CaseDefinition {
  return {
    name,
    invariant: "records",
    requires: "records",
    run: async (context) => {
      const driver = await (await context.records())();
      for (const scope of driver.both()) await run(scope);
    },
  };
}
