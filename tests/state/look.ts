import { type EventStore, execute, type ExecuteOptions } from "@flowmade-one/aether";
import type { Lookback } from "@flowmade-one/aether/types";
import type { account, AccountEvents } from "./account.ts";

/** Executes a command without events, which does not change the actor. */
export async function look(
  store: EventStore<AccountEvents>,
  decider: typeof account,
  commitId: string,
  lookback?: Lookback,
): Promise<"duplicate" | "new" | "exhausted"> {
  const options: ExecuteOptions = { commitId, lookback };
  const { duplicate, lookbackExhausted } = await execute(store, decider, "x", "nothing", options);
  return duplicate ? "duplicate" : lookbackExhausted ? "exhausted" : "new";
}
