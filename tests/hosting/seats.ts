import { decider, events } from "@flowmade-one/aether";

/** The events of a screening, whose seats are taken and returned. */
export interface SeatEvents {
  Taken: { by: string };
  Returned: { by: string };
}
export const SeatEvents = events<SeatEvents>();

/** The state of a screening. */
export interface Seats {
  /** The holders of the taken seats. */
  readonly takenBy: readonly string[];
}

/** Takes a seat, or returns it. The string names the holder. */
export type SeatCommand = { readonly take: string } | { readonly return: string };

/** The number of seats of one screening. */
export const SEATS = 3;

/** Thrown if a screening is sold out. */
export class SoldOut extends Error {}

/** The decider of these tests. A seat that is not taken can be returned, which decides no events. */
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
