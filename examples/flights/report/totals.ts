import type { FlightStores } from "../flight_stores.ts";
import { count } from "./format.ts";
import type { Stock } from "./stock.ts";
import { table } from "./table.ts";

/** The content of each namespace in numbers. */
export function totals({ departures, arrivals }: FlightStores, left: Stock, reached: Stock): string[] {
  const row = (namespace: string, { events, commits, actors }: Stock) => [
    namespace,
    count(events),
    count(commits),
    count(actors.size),
  ];
  return [
    "Stored",
    ...table(
      [["namespace", "events", "commits", "actors"], row(departures.namespace, left), row(arrivals.namespace, reached)],
      [1, 2, 3],
    ),
  ];
}
