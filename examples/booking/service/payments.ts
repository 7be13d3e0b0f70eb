import { execute, load, type RecordedEvent, type RecordedEventOf } from "@flowmade-one/aether";
import { screening, type ScreeningCommand, type ScreeningEvents } from "../domain/screening.ts";
import { stamped } from "./stamped.ts";
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
export async function settle({ screenings, wallets, wallet }: Tenant, held: SeatHeld): Promise<void> {
  const { seat, customer, price } = held.data;
  const hold = held.id;
  // A commit id is looked for among the last 256 commits only, and who starts without a checkpoint comes by all history.
  const { state } = await load(screenings, screening, held.actorId);
  const isOpen = state.taken[seat]?.hold === hold && !state.taken[seat].sold;
  if (!isOpen) return;

  const charge = await execute(
    wallets,
    stamped(wallet, causedBy(held)),
    `wallet.${customer}`,
    { type: "charge", amount: price, hold },
    { attempts: ATTEMPTS, commitId: `charge-${hold}` },
  );
  const isPaid = charge.events.some(({ type }) => type === "Charged");
  const command: ScreeningCommand = isPaid
    ? { type: "sell", seat, hold }
    : { type: "release", seat, hold, reason: "too little money" };
  await execute(screenings, stamped(screening, causedBy(held)), held.actorId, command, {
    attempts: ATTEMPTS,
    commitId: `settle-${hold}`,
  });
}

function causedBy({ id, metadata }: RecordedEvent) {
  return { correlationId: metadata.correlationId ?? id, causationId: id };
}
