import { everyEvents, withSnapshots } from "@flowmade-one/aether/snapshots";
import { wallet } from "../domain/wallet.ts";
import type { Report } from "./report.ts";

/**
 * Wallets with snapshots, because a wallet lives for years and collects events. A screening needs no
 * snapshots: it has a few events per seat.
 */
export function snapshottedWallet(report: Report): typeof wallet {
  return withSnapshots(wallet, {
    schema: 1, // Change this number whenever `Wallet` or its `evolve` changes.
    policy: everyEvents(100),
    onError: (error, { namespace, actorId }) => report(`a snapshot of ${actorId} in ${namespace}`, error),
  });
}
