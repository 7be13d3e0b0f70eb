import type { Backend } from "@flowmade-one/aether";
import type { FlightStores } from "../flight_stores.ts";
import { count } from "./format.ts";
import { table } from "./table.ts";

/** Shows the isolation of namespaces: one actor id in two namespaces that use it, and in one without events. */
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
      count(await store.latestVersion(actorId)),
    ]),
  );
  const left = new Set((await departures.read(actorId).toArray()).map(({ id }) => id));
  const reached = await arrivals.read(actorId).toArray();
  const common = reached.filter(({ id }) => left.has(id)).length;
  return [
    `${actorId} in three namespaces`,
    ...table([["namespace", "version"], ...rows], [1]),
    `  Events that departures and arrivals have in common: ${count(common)}`,
  ];
}
