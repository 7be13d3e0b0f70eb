import type { Backend, EventStore } from "@flowmade-one/aether";
import { Arrivals, Departures } from "./airport_events.ts";

/** The two namespaces of the demo. A holder of one store sees nothing of the other's namespace. */
export interface FlightStores {
  readonly departures: EventStore<Departures>;
  readonly arrivals: EventStore<Arrivals>;
}

/** @param root The beginning of both namespaces: `flights`. */
export function flightStores(backend: Backend, root: string): FlightStores {
  return {
    departures: backend.store(`${root}.departures`, Departures),
    arrivals: backend.store(`${root}.arrivals`, Arrivals),
  };
}
