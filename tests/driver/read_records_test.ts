import type { RecordEntry, Records } from "@flowmade-one/aether/adapter";
import { assertEquals } from "@std/assert";
import { readRecords } from "../../src/driver/read_records.ts";

const value = new Uint8Array();

/** Records whose scans return one entry each. A function is called after each scan. */
function pagedRecords(entries: RecordEntry[], afterScan: () => void): Records {
  return {
    isReplaceable: false,
    put: () => undefined,
    scan(prefix, after) {
      const found = entries.filter(({ key, revision }) => key.startsWith(prefix) && revision > after);
      afterScan();
      return { entries: found.slice(0, 1), more: found.length > 1, generation: 0 };
    },
    delete() {},
  };
}

Deno.test("readRecords() reads all pages, and nothing under other prefixes", async () => {
  const entries = ["a.1", "b.1", "a.2"].map((key, i) => ({ key, value, revision: i + 1 }));
  const records = pagedRecords(entries, () => {});
  assertEquals([...await readRecords(records, "a.")], [["a.1", entries[0]!], ["a.2", entries[2]!]]);
  assertEquals([...await readRecords(records, "c.")], []);
});

Deno.test("readRecords() returns the last value, at its revision, of a record that is put during the read", async () => {
  const entries = ["a", "b", "c"].map((key, i) => ({ key, value, revision: i + 1 }));
  let scans = 0;
  const records = pagedRecords(entries, () => {
    if (++scans === 1) entries.push({ ...entries.shift()!, revision: 4 });
  });
  const read = await readRecords(records, "");
  assertEquals([...read.values()].map(({ key, revision }) => [key, revision]), [["b", 2], ["c", 3], ["a", 4]]);
});
