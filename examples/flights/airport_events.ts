import { type Events, events, type NewEventOf } from "@flowmade-one/aether";
import type { FlightRecord } from "./flight_record.ts";

/** What is known of an airport where flights leave. */
export interface Departures {
  /** A flight left for another airport, so many miles away. `at` is local to the airport. */
  Departed: { to: string; miles: number; at: string };
}

/** What is known of an airport where flights arrive. */
export interface Arrivals {
  /** A flight from another airport landed, so many minutes late; early when negative. */
  Landed: { from: string; miles: number; minutesLate: number };
}

/** Carries the types of {@link Departures} to a store. */
export const Departures: Events<Departures> = events<Departures>();
/** Carries the types of {@link Arrivals} to a store. */
export const Arrivals: Events<Arrivals> = events<Arrivals>();

/** The actor id of an airport: the same in every namespace, for there it is another actor. */
export function airportActor(code: string): string {
  return `airport.${code}`;
}

/** What a flight means to the airport that it left. */
export function departed({ destination, distance, date }: FlightRecord): NewEventOf<Departures> {
  const at = date.replaceAll("/", "-").replace(" ", "T");
  return { type: "Departed", data: { to: destination, miles: distance, at } };
}

/** What a flight means to the airport that it reached. */
export function landed({ origin, distance, delay }: FlightRecord): NewEventOf<Arrivals> {
  return { type: "Landed", data: { from: origin, miles: distance, minutesLate: delay } };
}
