import { type EventStore, load } from "@flowmade-one/aether";
import { everyEvents, type SnapshotSettings, withSnapshots } from "@flowmade-one/aether/snapshots";
import { type Account, account, type AccountEvents, filled } from "./account.ts";

/** The decider of the account with snapshots, and the errors that `onError` has received. */
export function snapshotted(settings: Partial<SnapshotSettings<Account>> = {}) {
  const problems: unknown[] = [];
  const onError = (error: unknown) => void problems.push(error);
  const snapshots = { schema: 1, policy: everyEvents(10), keep: 5, onError, ...settings };
  return { account: withSnapshots(account, snapshots), problems };
}

/** Appends events to the actor "x", one per commit, until it has a number of events. */
export async function fill(store: EventStore<AccountEvents>, events: number): Promise<void> {
  const version = await store.latestVersion("x");
  for (let i = version; i < events; i++) await store.append("x", filled(i + 1), { expectedVersion: i });
}

/** Stores the snapshot that a load would write, with changes. */
export async function put(store: EventStore<AccountEvents>, version: number, change: object = {}): Promise<void> {
  const { state } = await load(store, account, "x", { to: version });
  const [event] = await store.read("x", { from: version, limit: 1 }).toArray();
  const snapshot = { version, schema: 1, eventId: event?.id ?? "none", state, ...change };
  await store.snapshots.put("x", snapshot, { keep: 100 });
}
