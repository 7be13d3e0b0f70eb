import { type Backend, type EventStore, parseNamespace } from "@flowmade-one/aether";
import { InvalidNamespaceError } from "@flowmade-one/aether/errors";
import { BookingEvents } from "../domain/booking_events.ts";
import type { wallet } from "../domain/wallet.ts";
import type { Report } from "./report.ts";
import { snapshottedWallet } from "./snapshotted_wallet.ts";

/**
 * The part of the backend that belongs to one tenant: the store of its namespace. A route receives a tenant and not the
 * backend, so that it cannot access another tenant's events.
 */
export interface Tenant {
  readonly name: string;
  /** Stores the events of screenings and wallets. Each decider uses its own event types only. */
  readonly store: EventStore<BookingEvents>;
  /** The decider of wallets, which writes snapshots. */
  readonly wallet: typeof wallet;
}

/**
 * The namespace of a tenant: `booking.<name>`.
 *
 * @throws {InvalidNamespaceError} If the name is not one token of a namespace: 1 to 63 of `A-Z a-z 0-9 _ -`.
 */
export function namespaceOf(name: string): string {
  parseNamespace(name);
  if (name.includes(".")) {
    throw new InvalidNamespaceError(`"${name}" is not the name of a tenant: it contains a dot`, { value: name });
  }
  return parseNamespace(`booking.${name}`);
}

export function openTenant(backend: Backend, name: string, report: Report): Tenant {
  return { name, store: backend.store(namespaceOf(name), BookingEvents), wallet: snapshottedWallet(report) };
}
