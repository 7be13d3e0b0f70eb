import { everyEvents, withSnapshots } from "@flowmade-one/aether/snapshots";
import { wallet } from "../domain/wallet.ts";
import type { Report } from "./report.ts";

/**
 * Wallets with snapshots, as a wallet lives for years and its events only ever become more. Screenings have none: they end,
 * after a few events for each seat.
 */
export function snapshottedWallet(report: Report): typeof wallet {
  return withSnapshots(wallet, {
    schema: 1, // Another number whenever `Wallet` or its `evolve` changes.
    policy: everyEvents(100),
    onError: (error, { namespace, actorId }) => report(`a snapshot of ${actorId} in ${namespace}`, error),
  });
}
