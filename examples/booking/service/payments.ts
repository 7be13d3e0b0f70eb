import { execute, load, metadataFrom, type RecordedEventOf } from "@flowmade-one/aether";
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
  const { seat, price } = held.data;
  const hold = held.id;
  // A commit id is looked for among the last 256 commits only, and who starts without a checkpoint comes by all history.
  const { state } = await load(store, screening, held.actorId);
  const isOpen = state.taken[seat]?.hold === hold && !state.taken[seat].sold;
  if (!isOpen) return;

  const isPaid = await chargedBefore(store, held) ?? await charge();
  const command: ScreeningCommand = isPaid
    ? { type: "sell", seat, hold }
    : { type: "release", seat, hold, reason: "too little money" };
  const options = { attempts: ATTEMPTS, metadata: metadataFrom(held) };
  await execute(store, screening, held.actorId, command, { ...options, commitId: `settle-${hold}` });

  async function charge(): Promise<boolean> {
    const command = { type: "charge", amount: price, hold } as const;
    const options = { attempts: ATTEMPTS, commitId: `charge-${hold}`, metadata: metadataFrom(held) };
    const { events } = await execute(store, wallet, walletOf(held), command, options);
    return events.some(({ type }) => type === "Charged");
  }
}

/**
 * Whether the wallet was charged for it, `undefined` if that was not decided yet. It is looked for in the events: who
 * stopped before the sale may come again after more commits of the wallet than a commit id is looked for among.
 */
async function chargedBefore(store: Tenant["store"], held: SeatHeld): Promise<boolean | undefined> {
  const decided = store.readAll({
    after: held.position,
    actors: walletOf(held),
    types: ["Charged", "ChargeRefused"],
  });
  for await (const { type, data } of decided) {
    if ("hold" in data && data.hold === held.id) return type === "Charged";
  }
  return undefined;
}

function walletOf({ data }: SeatHeld): string {
  return `wallet.${data.customer}`;
}
