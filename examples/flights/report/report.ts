import type { Backend } from "@flowmade-one/aether";
import { flightStores } from "../flight_stores.ts";
import { busiestAirports } from "./busiest_airports.ts";
import { granted } from "./granted.ts";
import { isolation } from "./isolation.ts";
import { staleAppend } from "./stale_append.ts";
import { countEvents } from "./namespace_counts.ts";
import { totals } from "./totals.ts";

/**
 * Makes the report from the stored events only.
 *
 * @param root The common prefix of the run's namespaces.
 */
export async function report(backend: Backend, root: string): Promise<string> {
  const stores = flightStores(backend, root);
  const departures = await countEvents(stores.departures);
  const arrivals = await countEvents(stores.arrivals);
  const [actorId = ""] = departures.eventsByActor.keys();
  const sections = [
    totals(stores, departures, arrivals),
    await busiestAirports(stores, departures, arrivals),
    await staleAppend(stores.departures, actorId),
    await isolation(backend, root, stores, actorId),
    await granted(backend, root),
  ];
  return sections.map((lines) => lines.join("\n")).join("\n\n");
}
