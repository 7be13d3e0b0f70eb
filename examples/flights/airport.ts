import type { RecordedEventOf } from "@flowmade-one/aether";
import type { Arrivals, Departures } from "./airport_events.ts";

/** The departures of an airport, from its events in one namespace. */
export interface Departing {
  readonly flights: number;
  readonly farthest: { readonly airport: string; readonly miles: number } | undefined;
}

/** The arrivals of an airport, from its events in the other namespace. */
export interface Arriving {
  readonly flights: number;
  readonly minutesLate: number;
}

export const NO_DEPARTURES: Departing = { flights: 0, farthest: undefined };
export const NO_ARRIVALS: Arriving = { flights: 0, minutesLate: 0 };

/** An airport after one more event. */
export function afterDeparture({ flights, farthest }: Departing, event: RecordedEventOf<Departures>): Departing {
  const { to, miles } = event.data;
  const isFarther = farthest === undefined || miles > farthest.miles;
  return { flights: flights + 1, farthest: isFarther ? { airport: to, miles } : farthest };
}

/** An airport after one more event. */
export function afterArrival({ flights, minutesLate }: Arriving, event: RecordedEventOf<Arrivals>): Arriving {
  return { flights: flights + 1, minutesLate: minutesLate + event.data.minutesLate };
}

/** Rebuilds a state from its events. */
export async function rebuild<S, E>(
  initial: S,
  events: AsyncIterable<E>,
  after: (state: S, event: E) => S,
): Promise<S> {
  let state = initial;
  for await (const event of events) state = after(state, event);
  return state;
}
