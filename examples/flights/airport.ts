import type { RecordedEventOf } from "@flowmade-one/aether";
import type { Arrivals, Departures } from "./airport_events.ts";

/** The state of an airport in the namespace of departures. */
export interface DepartureState {
  readonly flights: number;
  readonly farthest: { readonly airport: string; readonly miles: number } | undefined;
}

/** The state of an airport in the namespace of arrivals. */
export interface ArrivalState {
  readonly flights: number;
  /** The sum over all flights. */
  readonly minutesLate: number;
}

export const NO_DEPARTURES: DepartureState = { flights: 0, farthest: undefined };
export const NO_ARRIVALS: ArrivalState = { flights: 0, minutesLate: 0 };

/** The state of an airport after one more departure. */
export function afterDeparture(
  { flights, farthest }: DepartureState,
  event: RecordedEventOf<Departures>,
): DepartureState {
  const { to, miles } = event.data;
  const isFarther = farthest === undefined || miles > farthest.miles;
  return { flights: flights + 1, farthest: isFarther ? { airport: to, miles } : farthest };
}

/** The state of an airport after one more arrival. */
export function afterArrival({ flights, minutesLate }: ArrivalState, event: RecordedEventOf<Arrivals>): ArrivalState {
  return { flights: flights + 1, minutesLate: minutesLate + event.data.minutesLate };
}

/** Rebuilds a state from events, oldest first. */
export async function rebuild<S, E>(
  initial: S,
  events: AsyncIterable<E>,
  after: (state: S, event: E) => S,
): Promise<S> {
  let state = initial;
  for await (const event of events) state = after(state, event);
  return state;
}
