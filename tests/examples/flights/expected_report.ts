/** The expected report of the demo, computed from the records of the file without events or a store. */

export interface Flight {
  readonly date: string;
  readonly delay: number;
  readonly distance: number;
  readonly origin: string;
  readonly destination: string;
}

/** The cells of the table of totals: events, commits, actors. */
export function expectedTotals(flights: readonly Flight[], end: "origin" | "destination"): string[] {
  const days = new Set(flights.map((flight) => `${flight[end]} ${flight.date.split(" ")[0]}`));
  const airports = new Set(flights.map((flight) => flight[end]));
  return [flights.length, days.size, airports.size].map(english);
}

/** The cells of the table of airports, busiest first. */
export function expectedBusiest(flights: readonly Flight[]): string[][] {
  const airports = [...new Set(flights.flatMap(({ origin, destination }) => [origin, destination]))].sort();
  return airports
    .map((airport) => {
      const left = flights.filter(({ origin }) => origin === airport);
      const landed = flights.filter(({ destination }) => destination === airport);
      return { airport, left, landed, flights: left.length + landed.length };
    })
    .sort((a, b) => b.flights - a.flights)
    .slice(0, 5)
    .map(({ airport, left, landed, flights }) => [
      `airport.${airport}`,
      ...[flights, left.length, landed.length].map(english),
      averageDelay(landed),
      farthest(left),
    ]);
}

/** The airport that most flights left, and how many left it and reached it. */
export function expectedMain(flights: readonly Flight[]): { actorId: string; left: number; landed: number } {
  const origins = Map.groupBy(flights, ({ origin }) => origin);
  const [airport, left] = [...origins].sort(([a, m], [b, n]) => n.length - m.length || (a < b ? -1 : 1))[0]!;
  const landed = flights.filter(({ destination }) => destination === airport).length;
  return { actorId: `airport.${airport}`, left: left.length, landed };
}

function averageDelay(landed: readonly Flight[]): string {
  if (landed.length === 0) return "-";
  const sum = landed.reduce((sum, { delay }) => sum + delay, 0);
  // Whole tenths, rounded from whole numbers: 4.05 has no exact form, 40.5 has.
  const tenths = Math.round(10 * Math.abs(sum) / landed.length) / 10;
  return `${sum < 0 && tenths > 0 ? "-" : ""}${tenths.toFixed(1)} min`;
}

/** The first of the farthest: flights are in the order of time. */
function farthest(left: readonly Flight[]): string {
  const miles = Math.max(...left.map(({ distance }) => distance));
  const flight = left.find(({ distance }) => distance === miles);
  return flight === undefined ? "-" : `${flight.destination}, ${english(miles)} miles`;
}

export function english(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
}
