import { type Events, events, type NewEventOf } from "@flowmade-one/aether";
import type { FlightRecord } from "./flight_record.ts";

/** The events of an airport as an origin. */
export interface Departures {
  /** A flight departed for another airport, at a distance in miles. `at` is local to the airport. */
  Departed: { to: string; miles: number; at: string };
}

/** The events of an airport as a destination. */
export interface Arrivals {
  /** A flight from another airport landed, late by a number of minutes; early if negative. */
  Landed: { from: string; miles: number; minutesLate: number };
}

/** Carries the types of {@link Departures} to a store. */
export const Departures: Events<Departures> = events<Departures>();
/** Carries the types of {@link Arrivals} to a store. */
export const Arrivals: Events<Arrivals> = events<Arrivals>();

/** The actor id of an airport. It is the same in every namespace, and names another actor in each. */
export function airportActor(code: string): string {
  return `airport.${code}`;
}

/** The event of a flight for its origin. */
export function departed({ destination, distance, date }: FlightRecord): NewEventOf<Departures> {
  const at = date.replaceAll("/", "-").replace(" ", "T");
  return { type: "Departed", data: { to: destination, miles: distance, at } };
}

/** The event of a flight for its destination. */
export function landed({ origin, distance, delay }: FlightRecord): NewEventOf<Arrivals> {
  return { type: "Landed", data: { from: origin, miles: distance, minutesLate: delay } };
}
