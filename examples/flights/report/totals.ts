import type { FlightStores } from "../flight_stores.ts";
import { formatInteger } from "./format.ts";
import type { NamespaceCounts } from "./namespace_counts.ts";
import { table } from "./table.ts";

/** A table of the events, commits and actors of each namespace. */
export function totals(stores: FlightStores, departures: NamespaceCounts, arrivals: NamespaceCounts): string[] {
  const row = (namespace: string, { events, commits, eventsByActor }: NamespaceCounts) => [
    namespace,
    formatInteger(events),
    formatInteger(commits),
    formatInteger(eventsByActor.size),
  ];
  return [
    "Stored",
    ...table(
      [
        ["namespace", "events", "commits", "actors"],
        row(stores.departures.namespace, departures),
        row(stores.arrivals.namespace, arrivals),
      ],
      [1, 2, 3],
    ),
  ];
}
