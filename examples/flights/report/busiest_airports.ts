import { afterArrival, afterDeparture, NO_ARRIVALS, NO_DEPARTURES, rebuild } from "../airport.ts";
import type { FlightStores } from "../flight_stores.ts";
import { formatInteger, formatTenths } from "./format.ts";
import { byCountDescending, type NamespaceCounts } from "./namespace_counts.ts";
import { table } from "./table.ts";

/** The number of airports in the table. */
const SHOWN = 5;
const HEADING = ["actor", "flights", "departed", "landed", "average delay", "farthest destination"];

/** A table of the airports with the most flights. Their states are rebuilt from events. */
export async function busiestAirports(
  stores: FlightStores,
  departures: NamespaceCounts,
  arrivals: NamespaceCounts,
): Promise<string[]> {
  const flights = new Map(departures.eventsByActor);
  for (const [actorId, landed] of arrivals.eventsByActor) {
    flights.set(actorId, (flights.get(actorId) ?? 0) + landed);
  }
  const busiest = byCountDescending(flights).slice(0, SHOWN);
  const rows = await Promise.all(busiest.map(([actorId]) => airportRow(stores, actorId)));
  return ["Busiest airports, rebuilt from their events", ...table([HEADING, ...rows], [1, 2, 3, 4])];
}

async function airportRow(stores: FlightStores, actorId: string): Promise<string[]> {
  const departing = await rebuild(NO_DEPARTURES, stores.departures.read(actorId), afterDeparture);
  const arriving = await rebuild(NO_ARRIVALS, stores.arrivals.read(actorId), afterArrival);
  const { farthest } = departing;
  return [
    actorId,
    formatInteger(departing.flights + arriving.flights),
    formatInteger(departing.flights),
    formatInteger(arriving.flights),
    arriving.flights === 0 ? "-" : `${formatTenths(arriving.minutesLate / arriving.flights)} min`,
    farthest === undefined ? "-" : `${farthest.airport}, ${formatInteger(farthest.miles)} miles`,
  ];
}
