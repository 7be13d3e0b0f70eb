import type { Backend } from "@flowmade-one/aether";
import type { FlightStores } from "../flight_stores.ts";
import { formatInteger } from "./format.ts";
import { table } from "./table.ts";

/** Shows that an actor id has its own version and events in each namespace. The third namespace has no events. */
export async function isolation(
  backend: Backend,
  root: string,
  { departures, arrivals }: FlightStores,
  actorId: string,
): Promise<string[]> {
  const cancellations = backend.store(`${root}.cancellations`);
  const rows = await Promise.all(
    [departures, arrivals, cancellations].map(async (store) => [
      store.namespace,
      formatInteger(await store.latestVersion(actorId)),
    ]),
  );
  const departureIds = new Set((await departures.read(actorId).toArray()).map(({ id }) => id));
  const arrivalEvents = await arrivals.read(actorId).toArray();
  const common = arrivalEvents.filter(({ id }) => departureIds.has(id)).length;
  return [
    `${actorId} in three namespaces`,
    ...table([["namespace", "version"], ...rows], [1]),
    `  Events that departures and arrivals have in common: ${formatInteger(common)}`,
  ];
}
