import { assertEquals } from "@std/assert";
import { ReleaseProcess } from "./release_process.ts";
import type { ReleaseName } from "./releases.ts";

/** Opens a process of each of two releases on the same storage, and runs a test with them. */
export type Pair = (
  older: ReleaseName,
  newer: ReleaseName,
  run: (older: ReleaseProcess, newer: ReleaseProcess) => Promise<void>,
) => Promise<void>;

/** Makes a function that opens pairs of processes on the storage at a place. */
export function pairsAt(adapter: "sqlite" | "jetstream", place: string): Pair {
  return async (older, newer, run) => {
    await using one = new ReleaseProcess(older, adapter, place);
    await using two = new ReleaseProcess(newer, adapter, place);
    await run(one, two);
  };
}

/** Tests of two releases that run at the same time. Each test needs an empty storage. */
export const SIDE_BY_SIDE: readonly [name: string, run: (pair: Pair) => Promise<void>][] = [
  [
    "read() returns each event under the name of its own release, during a rename in two releases",
    (pair) =>
      pair("prepared", "renamed", async (older, newer) => {
        await older.ask("append order.1 A");
        assertEquals(await newer.ask("append order.1 B"), [["Placed", { sku: "B" }]]);
        assertEquals(await older.ask("append order.1 C"), [["OrderPlaced", { sku: "C" }]]);
        const data = [{ sku: "A" }, { sku: "B" }, { sku: "C" }];
        assertEquals(await older.ask("read order.1"), data.map((one) => ["OrderPlaced", one]));
        assertEquals(await newer.ask("read order.1"), data.map((one) => ["Placed", one]));
        for (const process of [older, newer]) {
          assertEquals(await process.ask("load order.1"), data);
          assertEquals((await process.ask("types") as unknown[]).length, 3);
        }
      }),
  ],
  [
    "read() of an old process fails for actors with the new name, and works for others, during a rename in one release",
    (pair) =>
      pair("old", "renamed", async (older, newer) => {
        await older.ask("append order.1 A");
        await newer.ask("append order.1 B");
        const error = { code: "corrupt-data", actorId: "order.1", version: 2, eventType: "Placed", schemaVersion: 1 };
        assertEquals(await older.ask("read order.1"), error);
        assertEquals(await older.ask("append order.1 C"), error);
        await older.ask("append order.2 D");
        assertEquals(await older.ask("read order.2"), [["OrderPlaced", { sku: "D" }]]);
        assertEquals(await newer.ask("types"), ["A", "B", "D"].map((sku) => ["Placed", { sku }]));
      }),
  ],
  [
    "read() of a new process returns both schema versions, and read() of an old process fails for the new version",
    (pair) =>
      pair("renamed", "versioned", async (older, newer) => {
        await older.ask("append order.1 A");
        assertEquals(await newer.ask("read order.1"), [["Placed", { sku: "A", quantity: 1 }]]);
        await newer.ask("append order.1 B");
        assertEquals(await newer.ask("load order.1"), [{ sku: "A", quantity: 1 }, { sku: "B", quantity: 2 }]);
        const error = { code: "corrupt-data", actorId: "order.1", version: 2, eventType: "Placed", schemaVersion: 2 };
        for (const command of ["read order.1", "load order.1", "append order.1 C", "types"]) {
          assertEquals(await older.ask(command), error, command);
        }
        await older.ask("append order.2 D");
        assertEquals(await newer.ask("read order.2"), [["Placed", { sku: "D", quantity: 1 }]]);
      }),
  ],
];
