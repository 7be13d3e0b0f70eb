import type { Backend, EventStore } from "@flowmade-one/aether";
import { Arrivals, Departures } from "./airport_events.ts";

/** The stores of the demo's two namespaces. Neither store can access the namespace of the other. */
export interface FlightStores {
  readonly departures: EventStore<Departures>;
  readonly arrivals: EventStore<Arrivals>;
}

/**
 * Opens the stores of a run.
 *
 * @param root The common prefix of both namespaces, such as `flights`.
 */
export function flightStores(backend: Backend, root: string): FlightStores {
  return {
    departures: backend.store(`${root}.departures`, Departures),
    arrivals: backend.store(`${root}.arrivals`, Arrivals),
  };
}
