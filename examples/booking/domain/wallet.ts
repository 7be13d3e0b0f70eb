import { type Decider, decider, events, type WithTypes } from "@flowmade-one/aether";
import type { EventMapFrom } from "@flowmade-one/aether/types";
import * as v from "valibot";
import { amount, cents, holdId } from "./fields.ts";

/** The events of a wallet, the actor `wallet.<customer>`. Amounts are in cents. */
export const walletSchemas = {
  ToppedUp: v.object({ amount }),
  /** `hold` is the id of the event that held the seat that is paid for. */
  Charged: v.object({ amount: cents, hold: holdId }),
  /** The balance was too small. An event and not an error, so that a repeated command has the same result. */
  ChargeRefused: v.object({ amount: cents, hold: holdId }),
  /** The seat was released before it could be sold. */
  Refunded: v.object({ amount: cents, hold: holdId }),
};

export const WalletEvents = events(walletSchemas);
export type WalletEvents = EventMapFrom<typeof walletSchemas>;

export interface Wallet {
  readonly balance: number;
}

export type WalletCommand =
  | { readonly type: "top-up"; readonly amount: number }
  | { readonly type: "charge"; readonly amount: number; readonly hold: string }
  | { readonly type: "refund"; readonly amount: number; readonly hold: string };

export const wallet: Decider<Wallet, WalletCommand, WalletEvents> & WithTypes<WalletEvents> = decider(WalletEvents, {
  types: ["ToppedUp", "Charged", "ChargeRefused", "Refunded"],

  initial: (): Wallet => ({ balance: 0 }),

  evolve: ({ balance }, event) => {
    switch (event.type) {
      case "ToppedUp":
      case "Refunded":
        return { balance: balance + event.data.amount };
      case "Charged":
        return { balance: balance - event.data.amount };
      case "ChargeRefused":
        return { balance };
    }
  },

  decide: (command: WalletCommand, { balance }) => {
    const { amount } = command;
    if (command.type === "top-up") return [WalletEvents.ToppedUp({ amount })];
    const { hold } = command;
    if (command.type === "refund") return [WalletEvents.Refunded({ amount, hold })];
    return [amount > balance ? WalletEvents.ChargeRefused({ amount, hold }) : WalletEvents.Charged({ amount, hold })];
  },
});
