import { decider, events } from "@flowmade-one/aether";

/** The seats of a screening: the decider of these tests. */
export interface SeatEvents {
  Taken: { by: string };
  Returned: { by: string };
}
export const SeatEvents = events<SeatEvents>();

export interface Seats {
  readonly takenBy: readonly string[];
}

export type SeatCommand = { readonly take: string } | { readonly return: string };

/** The number of seats of one screening. */
export const SEATS = 3;

/** Thrown if a screening is sold out. */
export class SoldOut extends Error {}

/** Taking a seat is refused when all are taken. Returning a seat that is not taken changes nothing. */
export const seats = decider(SeatEvents, {
  initial: (): Seats => ({ takenBy: [] }),
  evolve: ({ takenBy }, event) =>
    event.type === "Taken"
      ? { takenBy: [...takenBy, event.data.by] }
      : { takenBy: takenBy.filter((by) => by !== event.data.by) },
  decide: (command: SeatCommand, { takenBy }) => {
    if ("return" in command) {
      return takenBy.includes(command.return) ? [{ type: "Returned", data: { by: command.return } }] : [];
    }
    if (takenBy.length >= SEATS) throw new SoldOut(`All ${SEATS} seats are taken`);
    return [{ type: "Taken", data: { by: command.take } }];
  },
});
