import { decider, events } from "@flowmade-one/aether";

/** The events of a screening of a film. */
export interface ScreeningEvents {
  Taken: { seat: number; by: string };
  Returned: { seat: number };
}
export const ScreeningEvents = events<ScreeningEvents>();

/** The seats of a screening: the guest of each taken seat. */
export interface Screening {
  readonly guests: Readonly<Record<number, string>>;
}

/** A guest takes any free seat, or returns a seat. Commands travel between processes as JSON. */
export type ScreeningCommand = { readonly take: string } | { readonly return: string };

const SEATS = 40;

/** A screening has no free seat. */
export class SoldOut extends Error {}

/** A screening. */
export const screening = decider(ScreeningEvents, {
  initial: (): Screening => ({ guests: {} }),
  evolve: ({ guests }, event) => {
    const { seat } = event.data;
    if (event.type === "Taken") return { guests: { ...guests, [seat]: event.data.by } };
    const { [seat]: _, ...others } = guests;
    return { guests: others };
  },
  decide: (command: ScreeningCommand, { guests }) => {
    if ("return" in command) {
      const seat = Object.keys(guests).find((seat) => guests[Number(seat)] === command.return);
      return seat === undefined ? [] : [{ type: "Returned", data: { seat: Number(seat) } }];
    }
    const seat = Array.from({ length: SEATS }, (_, i) => i + 1).find((seat) => guests[seat] === undefined);
    if (seat === undefined) throw new SoldOut(`All ${SEATS} seats are taken`);
    return [{ type: "Taken", data: { seat, by: command.take } }];
  },
});

/** The screenings of the cinema. */
export const SCREENINGS: readonly string[] = Array.from({ length: 24 }, (_, i) => `screening.${i + 1}`);
