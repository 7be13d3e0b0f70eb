import { type Decider, decider, events } from "@flowmade-one/aether";

/** The events of an account, which is filled and emptied. Most tests of this folder use its decider. */
export interface AccountEvents {
  Filled: { amount: number };
  Emptied: { note?: string };
}
export const AccountEvents = events<AccountEvents>();

export interface Account {
  readonly balance: number;
  readonly log: readonly string[];
}

export type Command = { fill: number } | "empty" | "nothing" | "fail";

/** The error that `decide` throws for the command `fail`. */
export class Refusal extends Error {}

export const account: Decider<Account, Command, AccountEvents> = decider(AccountEvents, {
  initial: (): Account => ({ balance: 0, log: [] }),
  evolve: ({ balance, log }, event) =>
    event.type === "Filled"
      ? { balance: balance + event.data.amount, log: [...log, `${event.version}+${event.data.amount}`] }
      : { balance: 0, log: [...log, `${event.version}-`] },
  decide: (command: Command, { balance }) => {
    if (command === "fail") throw new Refusal(`at ${balance}`);
    if (command === "nothing") return [];
    if (command === "empty") return balance === 0 ? [] : [{ type: "Emptied", data: {} }];
    return [{ type: "Filled", data: { amount: command.fill } }];
  },
});

/** One new event "Filled" for each amount. */
export function filled(...amounts: number[]): { type: "Filled"; data: { amount: number } }[] {
  return amounts.map((amount) => ({ type: "Filled", data: { amount } }));
}
