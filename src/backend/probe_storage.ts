import type { Driver } from "../driver/driver.ts";
import { runInterruptible } from "../lifecycle/run_interruptible.ts";
import type { Operation } from "../lifecycle/operation.ts";
import type { Subscription } from "../store/event_store.ts";
import type { BackendProbe } from "./backend.ts";

/** Checks that a storage answers. Rejects when the operation is aborted, even if the storage never answers. */
export async function probeStorage(
  driver: Driver,
  operation: Operation,
): Promise<Omit<BackendProbe, "subscriptions">> {
  const startedAt = performance.now();
  if (driver.probe === undefined) return { roundTrip: 0 };
  const { serverTime, usedBytes, maxBytes } = await runInterruptible((signal) => driver.probe!(signal), operation);
  const roundTrip = performance.now() - startedAt;
  // The estimate assumes that the server answered in the middle of the round trip.
  const clockSkew = serverTime === undefined ? undefined : serverTime - (Date.now() - roundTrip / 2);
  return { roundTrip, clockSkew, usedBytes, maxBytes };
}

/** Counts subscriptions by their states. */
export function countSubscriptions(
  subscriptions: Iterable<Pick<Subscription<unknown>, "state">>,
): BackendProbe["subscriptions"] {
  const states = [...subscriptions].map(({ state }) => state);
  return {
    open: states.filter((state) => state !== "ended").length,
    reconnecting: states.filter((state) => state === "reconnecting").length,
  };
}
