import { type Decider, decider, events, type NewEventOf, type WithTypes } from "@flowmade-one/aether";
import { Refusal } from "./refusal.ts";

/** What can happen to a screening, the actor `screening.<id>`. Prices are in cents; seats are numbered from 1. */
export interface ScreeningEvents {
  ScreeningOpened: { title: string; seats: number; price: number };
  PriceChanged: { price: number };
  /** The seat is the customer's until the price is paid or refused. */
  SeatHeld: { seat: number; customer: string; price: number };
  /** `hold` is the id of the event that held the seat. */
  SeatSold: { seat: number; hold: string; customer: string };
  SeatReleased: { seat: number; hold: string; customer: string; reason: string };
}
export const ScreeningEvents = events<ScreeningEvents>();

/** Who has a seat. */
export interface Taken {
  readonly customer: string;
  readonly hold: string;
  readonly sold: boolean;
}

export interface Screening {
  readonly title: string;
  /** How many there are; 0 until it is opened. */
  readonly seats: number;
  readonly price: number;
  /** By the seat's number; the others are free. */
  readonly taken: Readonly<Record<string, Taken>>;
}

export type ScreeningCommand =
  | { readonly type: "open"; readonly title: string; readonly seats: number; readonly price: number }
  | { readonly type: "set-price"; readonly price: number }
  /** Without a seat, the first one that is free. */
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
        return command.price === state.price ? [] : [{ type: "PriceChanged", data: { price: command.price } }];
      case "hold":
        return hold(command, state);
      case "sell": {
        const { customer, sold } = heldBy(command, state);
        return sold ? [] : [{ type: "SeatSold", data: { seat: command.seat, hold: command.hold, customer } }];
      }
      case "release": {
        const { seat, hold, reason } = command;
        const { customer, sold } = heldBy(command, state);
        if (sold) throw new Refusal("seat-taken", `Seat ${seat} was sold to ${customer}`);
        return [{ type: "SeatReleased", data: { seat, hold, customer, reason } }];
      }
    }
  },
});

type Open = Extract<ScreeningCommand, { type: "open" }>;
type Hold = Extract<ScreeningCommand, { type: "hold" }>;

function open({ title, seats, price }: Open, state: Screening): NewEventOf<ScreeningEvents>[] {
  if (state.seats === 0) return [{ type: "ScreeningOpened", data: { title, seats, price } }];
  // The price is not compared: it may have been changed since.
  if (state.title === title && state.seats === seats) return [];
  throw new Refusal("other-screening", `This is the screening of "${state.title}" with ${state.seats} seats`);
}

function hold({ customer, seat }: Hold, { seats, price, taken }: Screening): NewEventOf<ScreeningEvents>[] {
  if (seat !== undefined && seat > seats) throw new Refusal("no-such-seat", `There are seats 1 to ${seats}`);
  if (seat !== undefined && taken[seat] !== undefined) throw new Refusal("seat-taken", `Seat ${seat} is taken`);
  const free = seat ?? firstFree(seats, taken);
  if (free === undefined) throw new Refusal("sold-out", `All ${seats} seats are taken`);
  return [{ type: "SeatHeld", data: { seat: free, customer, price } }];
}

function firstFree(seats: number, taken: Screening["taken"]): number | undefined {
  for (let seat = 1; seat <= seats; seat++) if (taken[seat] === undefined) return seat;
  return undefined;
}

/** Whose seat it is, if it is still held by that hold: it may have been released, and be another's by now. */
function heldBy({ seat, hold }: { readonly seat: number; readonly hold: string }, { taken }: Screening): Taken {
  const held = taken[seat];
  if (held?.hold === hold) return held;
  throw new Refusal("not-held", `Seat ${seat} is not held by ${hold}`);
}
