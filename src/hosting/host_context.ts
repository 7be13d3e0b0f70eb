import type { Environment } from "../coordination/environment.ts";
import type { Backoff } from "../state/backoff.ts";
import type { AnyDecider } from "../state/command_execution.ts";
import type { ExecuteOptions } from "../state/options.ts";
import type { EventStore } from "../store/event_store.ts";
import type { HostStats } from "./actor_host.ts";
import type { HostSettings } from "./host_options.ts";

/** The counts of a host that only increase. */
export type HostCounts = { -readonly [K in Exclude<keyof HostStats, "actors" | "waiting">]: number };

/** The values that the parts of a host share. */
export interface HostContext<S, C> {
  readonly store: EventStore;
  readonly decider: AnyDecider<S, C>;
  readonly settings: HostSettings<S>;
  readonly environment: Environment;
  /** Makes the pauses between attempts. */
  readonly retry: Backoff & Pick<ExecuteOptions, "pause">;
  readonly counts: HostCounts;
}

/** Makes counts that are all zero. */
export function newCounts(): HostCounts {
  return { executed: 0, served: 0, sent: 0, fallbacks: 0, overdue: 0, loads: 0, refreshes: 0 };
}
