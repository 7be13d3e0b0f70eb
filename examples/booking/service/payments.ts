import { consume, type Consumer } from "@flowmade-one/aether/consumers";
import { Refusal } from "../domain/refusal.ts";
import { screening } from "../domain/screening.ts";
import type { ConsumerSettings } from "./consumer_settings.ts";
import type { Tenant } from "./tenant.ts";

/**
 * The process manager between screenings and wallets. It charges a held seat to the wallet of its customer. Then it
 * sells the seat, or releases it if the balance is too small. If the seat was released after the charge, the customer
 * gets the money back. Each step is executed once, even if the event is handled again. A screening whose payments keep
 * failing is parked for an operator.
 */
export function payments({ store, wallet }: Tenant, settings: ConsumerSettings): Promise<Consumer> {
  const options = { name: "payments", order: "actor", types: ["SeatHeld"] } as const;
  return consume(store, { ...options, ...settings }, async (event, { execute }) => {
    if (event.type !== "SeatHeld") return;
    const { id: hold, actorId, data: { seat, price: amount, customer } } = event;
    const { events } = await execute(store, wallet, `wallet.${customer}`, { type: "charge", amount, hold }, "charge");
    const isPaid = events.some(({ type }) => type === "Charged");
    const release = { type: "release", seat, hold, reason: "too little money" } as const;
    try {
      await execute(store, screening, actorId, isPaid ? { type: "sell", seat, hold } : release, "settle");
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      // The consumer of deadlines has released the seat.
      if (isPaid) await execute(store, wallet, `wallet.${customer}`, { type: "refund", amount, hold }, "refund");
    }
  });
}
