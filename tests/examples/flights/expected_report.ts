// The expected report of the demo, computed from the flights of a file, without events or a store.

export interface Flight {
  readonly date: string;
  readonly delay: number;
  readonly distance: number;
  readonly origin: string;
  readonly destination: string;
}

/** The cells of a row in the table of totals: events, commits, actors. */
export function expectedTotals(flights: readonly Flight[], end: "origin" | "destination"): string[] {
  const days = new Set(flights.map((flight) => `${flight[end]} ${flight.date.split(" ")[0]}`));
  const airports = new Set(flights.map((flight) => flight[end]));
  return [flights.length, days.size, airports.size].map(english);
}

/** The rows of the table of the busiest airports. */
export function expectedBusiest(flights: readonly Flight[]): string[][] {
  const airports = [...new Set(flights.flatMap(({ origin, destination }) => [origin, destination]))].sort();
  return airports
    .map((airport) => {
      const departed = flights.filter(({ origin }) => origin === airport);
      const landed = flights.filter(({ destination }) => destination === airport);
      return { airport, departed, landed, flights: departed.length + landed.length };
    })
    .sort((a, b) => b.flights - a.flights)
    .slice(0, 5)
    .map(({ airport, departed, landed, flights }) => [
      `airport.${airport}`,
      ...[flights, departed.length, landed.length].map(english),
      averageDelay(landed),
      farthest(departed),
    ]);
}

/** The airport with the most departures, and its numbers of departures and arrivals. */
export function expectedMainAirport(
  flights: readonly Flight[],
): { actorId: string; departed: number; landed: number } {
  const origins = Map.groupBy(flights, ({ origin }) => origin);
  const [airport, departed] = [...origins].sort(([a, m], [b, n]) => n.length - m.length || (a < b ? -1 : 1))[0]!;
  const landed = flights.filter(({ destination }) => destination === airport).length;
  return { actorId: `airport.${airport}`, departed: departed.length, landed };
}

function averageDelay(landed: readonly Flight[]): string {
  if (landed.length === 0) return "-";
  const sum = landed.reduce((sum, { delay }) => sum + delay, 0);
  // Rounds tenths, because 40.5 has an exact binary form and 4.05 has not.
  const tenths = Math.round(10 * Math.abs(sum) / landed.length) / 10;
  return `${sum < 0 && tenths > 0 ? "-" : ""}${tenths.toFixed(1)} min`;
}

/** The earliest flight of those with the greatest distance. Flights are in the order of time. */
function farthest(departed: readonly Flight[]): string {
  const miles = Math.max(...departed.map(({ distance }) => distance));
  const flight = departed.find(({ distance }) => distance === miles);
  return flight === undefined ? "-" : `${flight.destination}, ${english(miles)} miles`;
}

/** Formats a number with commas. */
export function english(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
}
