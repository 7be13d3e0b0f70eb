import { afterArrival, afterDeparture, NO_ARRIVALS, NO_DEPARTURES, rebuild } from "../airport.ts";
import type { FlightStores } from "../flight_stores.ts";
import { count, tenths } from "./format.ts";
import { mostFirst, type Stock } from "./stock.ts";
import { table } from "./table.ts";

const SHOWN = 5;
const HEADING = ["actor", "flights", "left", "landed", "average delay", "farthest destination"];

/** The airports with the most flights, each rebuilt from its events. */
export async function busiestAirports(stores: FlightStores, left: Stock, reached: Stock): Promise<string[]> {
  const flights = new Map(left.actors);
  for (const [actorId, landed] of reached.actors) flights.set(actorId, (flights.get(actorId) ?? 0) + landed);
  const busiest = mostFirst(flights).slice(0, SHOWN);
  const rows = await Promise.all(busiest.map(([actorId]) => airportRow(stores, actorId)));
  return ["Busiest airports, rebuilt from their events", ...table([HEADING, ...rows], [1, 2, 3, 4])];
}

async function airportRow(stores: FlightStores, actorId: string): Promise<string[]> {
  const departing = await rebuild(NO_DEPARTURES, stores.departures.read(actorId), afterDeparture);
  const arriving = await rebuild(NO_ARRIVALS, stores.arrivals.read(actorId), afterArrival);
  const { farthest } = departing;
  return [
    actorId,
    count(departing.flights + arriving.flights),
    count(departing.flights),
    count(arriving.flights),
    arriving.flights === 0 ? "-" : `${tenths(arriving.minutesLate / arriving.flights)} min`,
    farthest === undefined ? "-" : `${farthest.airport}, ${count(farthest.miles)} miles`,
  ];
}
