import { decider, events } from "@flowmade-one/aether";

/** The events of a screening. */
export interface ScreeningEvents {
  Taken: { seat: number; by: string };
  Returned: { seat: number };
}
export const ScreeningEvents = events<ScreeningEvents>();

/** The state of a screening. */
export interface Screening {
  /** The guest of each taken seat, by the number of the seat. */
  readonly guests: Readonly<Record<number, string>>;
}

/** A guest takes any free seat, or returns a seat. Nodes send commands to each other as JSON. */
export type ScreeningCommand = { readonly take: string } | { readonly return: string };

/** Makes a command of parsed JSON. Returns `undefined` if the value is not a command. */
export function toCommand(value: unknown): ScreeningCommand | undefined {
  const [[name, guest] = [], ...others] = Object.entries(value ?? {});
  if (others.length > 0 || typeof guest !== "string" || guest === "" || guest.length > MAX_GUEST_LENGTH) {
    return undefined;
  }
  if (name === "take") return { take: guest };
  return name === "return" ? { return: guest } : undefined;
}

/** Maximum number of characters in the name of a guest. Each event contains such a name. */
const MAX_GUEST_LENGTH = 100;

const SEATS = 40;

/** The refusal of a command: the screening has no free seat. */
export class SoldOut extends Error {}

/** The decider of a screening. */
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

/** The actor ids of the cinema's screenings. */
export const SCREENINGS: readonly string[] = Array.from({ length: 24 }, (_, i) => `screening.${i + 1}`);
