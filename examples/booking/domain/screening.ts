import { type Decider, decider, events, type NewEventOf, type WithTypes } from "@flowmade-one/aether";
import type { EventMapFrom } from "@flowmade-one/aether/types";
import * as v from "valibot";
import { cents, holdId, name, seat, title } from "./fields.ts";
import { Refusal } from "./refusal.ts";

/** The events of a screening, the actor `screening.<id>`. Prices are in cents; seats are numbered from 1. */
export const screeningSchemas = {
  ScreeningOpened: v.object({ title, seats: seat, price: cents }),
  PriceChanged: v.object({ price: cents }),
  /** The seat is held for the customer until it is sold or released. */
  SeatHeld: v.object({ seat, customer: name, price: cents }),
  /** `hold` is the id of the event that held the seat. */
  SeatSold: v.object({ seat, hold: holdId, customer: name }),
  SeatReleased: v.object({ seat, hold: holdId, customer: name, reason: v.string() }),
};

export const ScreeningEvents = events(screeningSchemas);
export type ScreeningEvents = EventMapFrom<typeof screeningSchemas>;

/** A seat that is held or sold. */
export interface TakenSeat {
  readonly customer: string;
  /** The id of the event that held the seat. */
  readonly hold: string;
  readonly sold: boolean;
}

export interface Screening {
  readonly title: string;
  /** The number of seats; 0 before the screening is opened. */
  readonly seats: number;
  readonly price: number;
  /** The taken seats by their numbers. All other seats are free. */
  readonly taken: Readonly<Record<string, TakenSeat>>;
}

export type ScreeningCommand =
  | { readonly type: "open"; readonly title: string; readonly seats: number; readonly price: number }
  | { readonly type: "set-price"; readonly price: number }
  /** Without `seat`, the first free seat is held. */
  | { readonly type: "hold"; readonly customer: string; readonly seat?: number | undefined }
  | { readonly type: "sell"; readonly seat: number; readonly hold: string }
  | { readonly type: "release"; readonly seat: number; readonly hold: string; readonly reason: string };

type ScreeningDecider = Decider<Screening, ScreeningCommand, ScreeningEvents> & WithTypes<ScreeningEvents>;

export const screening: ScreeningDecider = decider(ScreeningEvents, {
  types: ["ScreeningOpened", "PriceChanged", "SeatHeld", "SeatSold", "SeatReleased"],

  initial: (): Screening => ({ title: "", seats: 0, price: 0, taken: {} }),

  evolve: (state, event) => {
    switch (event.type) {
      case "ScreeningOpened":
        return { ...state, ...event.data };
      case "PriceChanged":
        return { ...state, price: event.data.price };
      case "SeatHeld": {
        const { seat, customer } = event.data;
        return { ...state, taken: { ...state.taken, [seat]: { customer, hold: event.id, sold: false } } };
      }
      case "SeatSold": {
        const { seat, hold, customer } = event.data;
        return { ...state, taken: { ...state.taken, [seat]: { customer, hold, sold: true } } };
      }
      case "SeatReleased": {
        const { [event.data.seat]: _, ...taken } = state.taken;
        return { ...state, taken };
      }
    }
  },

  decide: (command: ScreeningCommand, state): NewEventOf<ScreeningEvents>[] => {
    if (command.type === "open") return open(command, state);
    if (state.seats === 0) throw new Refusal("no-such-screening", "There is no such screening");
    switch (command.type) {
      case "set-price":
        return command.price === state.price ? [] : [ScreeningEvents.PriceChanged({ price: command.price })];
      case "hold":
        return hold(command, state);
      case "sell": {
        const { customer, sold } = takenByHold(command, state);
        return sold ? [] : [ScreeningEvents.SeatSold({ seat: command.seat, hold: command.hold, customer })];
      }
      case "release": {
        const { seat, hold, reason } = command;
        const { customer, sold } = takenByHold(command, state);
        if (sold) throw new Refusal("seat-taken", `Seat ${seat} was sold to ${customer}`);
        return [ScreeningEvents.SeatReleased({ seat, hold, customer, reason })];
      }
    }
  },
});

type Open = Extract<ScreeningCommand, { type: "open" }>;
type Hold = Extract<ScreeningCommand, { type: "hold" }>;

function open({ title, seats, price }: Open, state: Screening): NewEventOf<ScreeningEvents>[] {
  if (state.seats === 0) return [ScreeningEvents.ScreeningOpened({ title, seats, price })];
  // The price is not compared: it may have changed since the screening was opened.
  if (state.title === title && state.seats === seats) return [];
  throw new Refusal("other-screening", `This is the screening of "${state.title}" with ${state.seats} seats`);
}

function hold({ customer, seat }: Hold, { seats, price, taken }: Screening): NewEventOf<ScreeningEvents>[] {
  if (seat !== undefined && seat > seats) throw new Refusal("no-such-seat", `There are seats 1 to ${seats}`);
  if (seat !== undefined && taken[seat] !== undefined) throw new Refusal("seat-taken", `Seat ${seat} is taken`);
  const free = seat ?? firstFree(seats, taken);
  if (free === undefined) throw new Refusal("sold-out", `All ${seats} seats are taken`);
  return [ScreeningEvents.SeatHeld({ seat: free, customer, price })];
}

function firstFree(seats: number, taken: Screening["taken"]): number | undefined {
  for (let seat = 1; seat <= seats; seat++) if (taken[seat] === undefined) return seat;
  return undefined;
}

/**
 * The seat that a hold has taken.
 *
 * @throws {Refusal} If the hold has ended. The seat may have been released, and held again since.
 */
function takenByHold(
  { seat, hold }: { readonly seat: number; readonly hold: string },
  { taken }: Screening,
): TakenSeat {
  const takenSeat = taken[seat];
  if (takenSeat?.hold === hold) return takenSeat;
  throw new Refusal("not-held", `Seat ${seat} is not held by ${hold}`);
}
