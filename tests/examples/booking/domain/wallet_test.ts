import { given } from "@flowmade-one/aether";
import { wallet } from "../../../../examples/booking/domain/wallet.ts";

const toppedUp = (amount: number) => ({ type: "ToppedUp", data: { amount } }) as const;
const charge = (amount: number) => ({ type: "charge", amount, hold: "h" }) as const;
const charged = (amount: number) => ({ type: "Charged", data: { amount, hold: "h" } }) as const;
const refused = (amount: number) => ({ type: "ChargeRefused", data: { amount, hold: "h" } }) as const;

Deno.test("wallet refuses a charge above its balance", () => {
  given(wallet).when({ type: "top-up", amount: 5 }).then(toppedUp(5));
  given(wallet, toppedUp(5)).when(charge(5)).then(charged(5));
  given(wallet, toppedUp(5)).when(charge(6)).then(refused(6));
  given(wallet, toppedUp(5), toppedUp(1)).when(charge(6)).then(charged(6));
  given(wallet, toppedUp(5), charged(5)).when(charge(1)).then(refused(1));
  given(wallet, toppedUp(5), refused(6)).when(charge(5)).then(charged(5));
  given(wallet).when(charge(1)).then(refused(1));
  given(wallet).when(charge(0)).then(charged(0));
});

Deno.test("wallet adds a refund to its balance", () => {
  const refund = { type: "refund", amount: 5, hold: "h" } as const;
  const refunded = { type: "Refunded", data: { amount: 5, hold: "h" } } as const;
  given(wallet, toppedUp(5), charged(5)).when(refund).then(refunded);
  given(wallet, toppedUp(5), charged(5), refunded).when(charge(5)).then(charged(5));
});

Deno.test("wallet has the sum of top-ups minus charges as its balance", () => {
  given(wallet, toppedUp(9), charged(2), refused(8)).when({ type: "top-up", amount: 1 }).thenState({ balance: 8 });
});
