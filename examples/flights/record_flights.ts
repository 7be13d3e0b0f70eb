import { airportActor, departed, landed } from "./airport_events.ts";
import { AirportWriter } from "./airport_writer.ts";
import type { FlightRecord } from "./flight_record.ts";
import type { FlightStores } from "./flight_stores.ts";

/**
 * Records flights as events, one day after the other. On each day, the departures of an airport are one commit in one
 * store, and its arrivals are one commit in another store. Events beyond the limit of a commit get further commits. The
 * commits of different airports on one day are appended concurrently.
 *
 * @param onStored Called with the number of events of each stored commit.
 */
export async function recordFlights(
  flights: readonly FlightRecord[],
  stores: FlightStores,
  onStored: (events: number) => void,
): Promise<void> {
  const departures = new AirportWriter(stores.departures, onStored);
  const arrivals = new AirportWriter(stores.arrivals, onStored);
  for (const day of flightsByDay(flights)) {
    const byOrigin = Map.groupBy(day, ({ origin }) => airportActor(origin));
    const byDestination = Map.groupBy(day, ({ destination }) => airportActor(destination));
    await Promise.all([
      ...byOrigin.entries().map(([airport, flights]) => departures.append(airport, flights.map(departed))),
      ...byDestination.entries().map(([airport, flights]) => arrivals.append(airport, flights.map(landed))),
    ]);
  }
}

/** Groups flights by day. Days and flights are in the order of time. */
function flightsByDay(flights: readonly FlightRecord[]): Iterable<FlightRecord[]> {
  const oldestFirst = flights.toSorted((a, b) => a.date === b.date ? 0 : a.date < b.date ? -1 : 1);
  return Map.groupBy(oldestFirst, ({ date }) => date.slice(0, "YYYY/MM/DD".length)).values();
}
