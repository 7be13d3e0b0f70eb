import { execute, metadataFrom, type RecordedEventOf } from "@flowmade-one/aether";
import { screening, type ScreeningCommand, type ScreeningEvents } from "../domain/screening.ts";
import type { Tenant } from "./tenant.ts";

type SeatHeld = RecordedEventOf<ScreeningEvents, "SeatHeld">;

/** Nobody waits for an answer here: better late than given up. */
const ATTEMPTS = 20;

/**
 * The process between two actors: a seat that is held is paid for from its customer's wallet and then sold, or released
 * when there is too little money. No transaction spans the two. Each step is a command with an id made from the event
 * that it answers: done again, after a crash or by a second process, it is found to be done, and leads to what it led to
 * the first time.
 */
export async function settle({ store, wallet }: Tenant, held: SeatHeld): Promise<void> {
  const { seat, price, customer } = held.data;
  const hold = held.id;
  // Each step comes after the hold in the log, and is found there however many commits came after it.
  const options = { attempts: ATTEMPTS, metadata: metadataFrom(held), lookback: { since: held.position } };
  const charge = { type: "charge", amount: price, hold } as const;
  const charged = await execute(store, wallet, `wallet.${customer}`, charge, {
    ...options,
    commitId: `charge-${hold}`,
  });
  const command: ScreeningCommand = charged.events.some(({ type }) => type === "Charged")
    ? { type: "sell", seat, hold }
    : { type: "release", seat, hold, reason: "too little money" };
  await execute(store, screening, held.actorId, command, { ...options, commitId: `settle-${hold}` });
}
