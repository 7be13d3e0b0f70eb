import { decider, type EventStore, type ExecuteOptions } from "@flowmade-one/aether";
import { memory } from "@flowmade-one/aether/memory";
import { type Account, account, AccountEvents, type Command, filled } from "./account.ts";

/** A store of a new backend. */
export function newStore(): EventStore<AccountEvents> {
  return memory().store("a", AccountEvents);
}

/** The decider of the account. Before each of its first `times` decisions, another writer appends an event. */
export function raced(
  store: EventStore<AccountEvents>,
  times: number,
): { readonly decider: typeof account; decisions: number } {
  const race = {
    decisions: 0,
    decider: decider(AccountEvents, {
      ...account,
      decide: async (command: Command, state: Account) => {
        if (race.decisions++ < times) await store.append("x", filled(100), { expectedVersion: state.log.length });
        return await account.decide(command, state);
      },
    }),
  };
  return race;
}

/** Options whose pauses end at once. `waits` records their lengths in milliseconds. */
export function withoutPauses(options: ExecuteOptions = {}): ExecuteOptions & { readonly waits: number[] } {
  const waits: number[] = [];
  const pause = (milliseconds: number) => {
    waits.push(milliseconds);
    return Promise.resolve();
  };
  return Object.defineProperty({ pause, ...options }, "waits", { value: waits }) as never;
}
