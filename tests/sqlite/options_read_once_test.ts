import { assertEquals } from "@std/assert";
import { checkSqliteOptions } from "../../adapters/sqlite/sqlite_options.ts";
import { counting } from "../check/counting.ts";

Deno.test("sqlite() reads each option exactly once, and later changes have no effect", () => {
  const nothing = () => {};
  const retention = { maxCommits: 1 };
  const { options, reads } = counting({
    path: "orders.db",
    durability: "disk" as const,
    maxCommitBytes: 1_000,
    timeout: 1_000,
    pollInterval: 10,
    retention,
    quota: undefined,
    now: () => 1,
    newId: () => "id",
    onGrantUsed: nothing,
    onError: nothing,
  });
  const { bounds } = checkSqliteOptions(options, "sqlite");
  assertEquals(reads, Object.fromEntries(Object.keys(reads).map((name) => [name, 1])));
  retention.maxCommits = 2;
  assertEquals(bounds.retention?.maxCommits, 1);
});
