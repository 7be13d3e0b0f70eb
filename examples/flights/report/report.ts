import type { Backend } from "@flowmade-one/aether";
import { flightStores } from "../flight_stores.ts";
import { busiestAirports } from "./busiest_airports.ts";
import { granted } from "./granted.ts";
import { isolation } from "./isolation.ts";
import { staleAppend } from "./stale_append.ts";
import { takeStock } from "./stock.ts";
import { totals } from "./totals.ts";

/**
 * The report, made from the stored events only.
 *
 * @param root The beginning of the demo's namespaces.
 */
export async function report(backend: Backend, root: string): Promise<string> {
  const stores = flightStores(backend, root);
  const left = await takeStock(stores.departures);
  const reached = await takeStock(stores.arrivals);
  const [actorId = ""] = left.actors.keys();
  const sections = [
    totals(stores, left, reached),
    await busiestAirports(stores, left, reached),
    await staleAppend(stores.departures, actorId),
    await isolation(backend, root, stores, actorId),
    await granted(backend, root),
  ];
  return sections.map((lines) => lines.join("\n")).join("\n\n");
}
