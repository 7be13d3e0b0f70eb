/** Hosted actors over the SQLite adapter, which sends no requests between processes. */
import { isAetherError } from "@flowmade-one/aether";
import { hostActors } from "@flowmade-one/aether/hosting";
import { sqlite } from "@flowmade-one/aether/sqlite";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { PACE } from "../cluster/open_cluster.ts";
import { SeatEvents, seats } from "../hosting/seats.ts";
import { TempFolder } from "./temp_folder.ts";

Deno.test("hostActors() over SQLite refuses a name that the node uses, and a closed cluster", async () => {
  await using folder = await TempFolder.create();
  await using backend = await sqlite({ path: folder.newPath() });
  const cluster = await backend.join({ name: "n1", ...PACE });
  const store = backend.store("screenings", SeatEvents);
  const host = hostActors(store, seats, { cluster, name: "seats" });
  const hostAgain = () => hostActors(store, seats, { cluster, name: "seats" });
  const used = assertThrows(hostAgain);
  assert(isAetherError(used, "invalid-argument"), String(used));
  assertEquals((await host.execute("screening.1", { take: "Ann" })).version, 1);
  await host.close();
  await cluster.close();
  const closed = assertThrows(hostAgain);
  assert(isAetherError(closed, "closed"), String(closed));
});
