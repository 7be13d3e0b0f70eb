import type { Backend, EventStore } from "@flowmade-one/aether";
import { Arrivals, Departures } from "./airport_events.ts";

/** The two namespaces of the demo. Whoever holds one of the stores sees nothing of the other's namespace. */
export interface FlightStores {
  readonly departures: EventStore<Departures>;
  readonly arrivals: EventStore<Arrivals>;
}

/** @param root What both namespaces begin with: `flights`. */
export function flightStores(backend: Backend, root: string): FlightStores {
  return {
    departures: backend.store(`${root}.departures`, Departures),
    arrivals: backend.store(`${root}.arrivals`, Arrivals),
  };
}
