import { consume, type Consumer } from "@flowmade-one/aether/consumers";
import { Refusal } from "../domain/refusal.ts";
import { screening } from "../domain/screening.ts";
import type { ConsumerSettings } from "./consumer_settings.ts";
import type { Tenant } from "./tenant.ts";

/**
 * Releases seats that were not paid for in time. A consumer with a `delay` receives each `SeatHeld` event when it is
 * `holdTime` old. No timer in memory is involved, so that no restart or outage loses a deadline.
 *
 * @param holdTime Milliseconds that a seat stays held.
 */
export function deadlines({ store }: Tenant, holdTime: number, settings: ConsumerSettings): Promise<Consumer> {
  const options = { name: "deadlines", order: "actor", types: ["SeatHeld"], delay: holdTime } as const;
  return consume(store, { ...options, ...settings }, async (event, { execute }) => {
    if (event.type !== "SeatHeld") return;
    const { id: hold, actorId, data: { seat } } = event;
    try {
      await execute(store, screening, actorId, { type: "release", seat, hold, reason: "not paid in time" });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error; // The seat was sold or released before.
    }
  });
}
