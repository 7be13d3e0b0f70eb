import { type Events, events, type NewEventOf } from "@flowmade-one/aether";
import type { FlightRecord } from "./flight_record.ts";

/** The events of an airport as an origin. */
export interface Departures {
  /** A flight departed for the airport `to`, which is `miles` away. `at` is the local time of departure. */
  Departed: { to: string; miles: number; at: string };
}

/** The events of an airport as a destination. */
export interface Arrivals {
  /** A flight from the airport `from` landed. `minutesLate` is negative if it was early. */
  Landed: { from: string; miles: number; minutesLate: number };
}

/** The event map of {@link Departures}. */
export const Departures: Events<Departures> = events<Departures>();
/** The event map of {@link Arrivals}. */
export const Arrivals: Events<Arrivals> = events<Arrivals>();

/** The actor id of an airport. The same actor id names a different actor in each namespace. */
export function airportActor(code: string): string {
  return `airport.${code}`;
}

/** The event of a flight at its origin. */
export function departed({ destination, distance, date }: FlightRecord): NewEventOf<Departures> {
  const at = date.replaceAll("/", "-").replace(" ", "T");
  return { type: "Departed", data: { to: destination, miles: distance, at } };
}

/** The event of a flight at its destination. */
export function landed({ origin, distance, delay }: FlightRecord): NewEventOf<Arrivals> {
  return { type: "Landed", data: { from: origin, miles: distance, minutesLate: delay } };
}
