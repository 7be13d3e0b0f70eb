import { type Decider, decider, events, type WithTypes } from "@flowmade-one/aether";

/** What can happen to a wallet, the actor `wallet.<customer>`. Amounts are in cents. */
export interface WalletEvents {
  ToppedUp: { amount: number };
  /** `hold` is the id of the event that held the seat that is paid for. */
  Charged: { amount: number; hold: string };
  /** There was too little money. A fact and not an error, so that it stays decided when somebody asks again. */
  ChargeRefused: { amount: number; hold: string };
  /** The seat was released before it could be sold. */
  Refunded: { amount: number; hold: string };
}
export const WalletEvents = events<WalletEvents>();

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
    if (command.type === "top-up") return [{ type: "ToppedUp", data: { amount } }];
    if (command.type === "refund") return [{ type: "Refunded", data: { amount, hold: command.hold } }];
    return [{ type: amount > balance ? "ChargeRefused" : "Charged", data: { amount, hold: command.hold } }];
  },
});
