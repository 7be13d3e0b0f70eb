import {
  type Backend,
  type EventStore,
  InvalidNamespaceError,
  parseNamespace,
  type ReadOnlyStore,
} from "@flowmade-one/aether";
import { BookingEvents } from "../domain/booking_events.ts";
import { ScreeningEvents } from "../domain/screening.ts";
import { type wallet, WalletEvents } from "../domain/wallet.ts";
import type { Report } from "./report.ts";
import { snapshottedWallet } from "./snapshotted_wallet.ts";

/**
 * All that can be reached on behalf of one tenant: stores of its namespace. Whoever answers a request holds this and not
 * the backend, and so has no way to name another tenant's events.
 */
export interface Tenant {
  readonly name: string;
  /** Everything, for reading. */
  readonly events: ReadOnlyStore<BookingEvents>;
  readonly screenings: EventStore<ScreeningEvents>;
  readonly wallets: EventStore<WalletEvents>;
  /** What the wallets are decided by: with snapshots. */
  readonly wallet: typeof wallet;
}

/**
 * A tenant's name as a namespace: `booking.<name>`.
 *
 * @throws {InvalidNamespaceError} The name is not one token of a namespace: 1 to 63 of `A-Z a-z 0-9 _ -`.
 */
export function namespaceOf(name: string): string {
  parseNamespace(name);
  if (name.includes(".")) throw new InvalidNamespaceError(`"${name}" is not a tenant: it has a dot`, { text: name });
  return parseNamespace(`booking.${name}`);
}

export function openTenant(backend: Backend, name: string, report: Report): Tenant {
  const namespace = namespaceOf(name);
  return {
    name,
    events: backend.store(namespace, BookingEvents),
    screenings: backend.store(namespace, ScreeningEvents),
    wallets: backend.store(namespace, WalletEvents),
    wallet: snapshottedWallet(report),
  };
}
