/** `importLog()` of records, which an operator may import repeatedly. */
import { type Driver, importLog } from "@flowmade-one/aether/adapter";
import { memoryDriver } from "@flowmade-one/aether/memory";
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { parseNamespace } from "../../mod.ts";
import { eventsOf, faulty, NAMESPACE, source } from "./import_source.ts";

/** The keys and values of a driver's records, by key. */
async function recordsOf(driver: Driver): Promise<Record<string, string>> {
  const { entries } = await driver.open(parseNamespace(NAMESPACE)).records!.scan("", 0);
  return Object.fromEntries(entries.map(({ key, value }) => [key, new TextDecoder().decode(value)]).sort());
}

/** Deletes all records of a namespace. */
async function deleteRecords(driver: Driver): Promise<void> {
  const { records } = driver.open(parseNamespace(NAMESPACE));
  for (const { key, revision } of (await records!.scan("", 0)).entries) await records!.delete(key, revision);
}

Deno.test("importLog() deletes records that were deleted in the source since an earlier import", async () => {
  const [from, to] = [await source(), memoryDriver()];
  const { records } = from.open(parseNamespace(NAMESPACE));
  await importLog(from, to, { namespace: NAMESPACE });
  const [first] = (await records!.scan("a.", 0)).entries;
  await records!.delete(first!.key, first!.revision);
  assertEquals((await importLog(from, to, { namespace: NAMESPACE })).records, 1);
  assertEquals(await recordsOf(to), { b: "value of b" });
  await records!.put("a.1", new TextEncoder().encode("new"), 0);
  await importLog(from, to, { namespace: NAMESPACE });
  assertEquals(await recordsOf(to), { "a.1": "new", b: "value of b" });
  await deleteRecords(from);
  assertEquals((await importLog(from, to, { namespace: NAMESPACE })).records, 0);
  assertEquals(await recordsOf(to), {});
});

Deno.test("importLog() refuses a target with records that no import has written, and does not change it", async () => {
  const [from, to] = [await source(), memoryDriver()];
  await to.open(parseNamespace(NAMESPACE)).records!.put("own", new TextEncoder().encode("value"), 0);
  const error = await assertRejects(() => importLog(from, to, { namespace: NAMESPACE }));
  assertEquals((error as { code?: string }).code, "invalid-argument");
  assertStringIncludes((error as Error).message, 'the record "own"');
  assertEquals([await recordsOf(to), await eventsOf(to)], [{ own: "value" }, []]);
});

Deno.test("importLog() continues the import of records without events", async () => {
  const [from, to] = [memoryDriver(), memoryDriver()];
  const { records } = from.open(parseNamespace(NAMESPACE));
  await records!.put("one", new TextEncoder().encode("1"), 0);
  await importLog(from, to, { namespace: NAMESPACE });
  await records!.put("two", new TextEncoder().encode("2"), 0);
  assertEquals((await importLog(from, to, { namespace: NAMESPACE })).records, 2);
  assertEquals(await recordsOf(to), { one: "1", two: "2" });
});

Deno.test("importLog() reports a record that another process changes in the target during its deletion", async () => {
  const [from, to] = [await source(), memoryDriver()];
  await importLog(from, to, { namespace: NAMESPACE });
  await deleteRecords(from);
  const changing = faulty(to, ({ records }) => ({
    records: {
      isReplaceable: false,
      put: (...args) => records!.put(...args),
      scan: (...args) => records!.scan(...args),
      delete: async (key, revision) => {
        await records!.put(key, new TextEncoder().encode("other"), revision);
      },
    },
  }));
  const error = await assertRejects(() => importLog(from, changing, { namespace: NAMESPACE }));
  assertStringIncludes((error as Error).message, "another process changes it");
});

Deno.test("importLog() refuses records if the target keeps no records", async () => {
  const to = faulty(memoryDriver(), () => ({ records: undefined }));
  const error = await assertRejects(async () => importLog(await source(), to, { namespace: NAMESPACE }));
  assertStringIncludes(String(error), "keeps none");
});
