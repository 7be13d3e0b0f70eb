import { consume, type Consumer } from "@flowmade-one/aether/consumers";
import { Refusal } from "../domain/refusal.ts";
import { screening } from "../domain/screening.ts";
import type { ConsumerSettings } from "./consumer_settings.ts";
import type { Tenant } from "./tenant.ts";

/**
 * The process manager between two actors: a held seat is charged to the wallet of its customer, and then sold, or released
 * if the balance is too small. If the seat was released in between, the customer gets the money back. Each step is executed
 * once, however often the event is handled. A screening whose payments keep failing is parked for an operator.
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
      // The deadline has released the seat.
      if (isPaid) await execute(store, wallet, `wallet.${customer}`, { type: "refund", amount, hold }, "refund");
    }
  });
}
