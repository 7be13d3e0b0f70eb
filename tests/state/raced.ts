import { decider, type EventStore, type ExecuteOptions } from "@flowmade-one/aether";
import { memory } from "@flowmade-one/aether/memory";
import { type Account, account, AccountEvents, type Command, filled } from "./account.ts";

/** A store of its own. */
export function newStore(): EventStore<AccountEvents> {
  return memory().store("a", AccountEvents);
}

/** The account. Before its decisions, another writer appends a number of times. */
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

/** Options without waiting; what was waited for is noted. */
export function impatient(options: ExecuteOptions = {}): ExecuteOptions & { readonly waits: number[] } {
  const waits: number[] = [];
  const pause = (milliseconds: number) => {
    waits.push(milliseconds);
    return Promise.resolve();
  };
  return Object.defineProperty({ pause, ...options }, "waits", { value: waits }) as never;
}
