/**
 * The default time to live of a session, in milliseconds. The election timeout of a NATS server is random, 4 to 9
 * seconds. A lease, two thirds of this time, outlasts each of them. Under a time to live of 15,000, 3 of 14 elections
 * ended sessions.
 */
export const DEFAULT_TTL = 20_000;

/** Settings of a member in a scope of records. */
export interface CoordinatorSettings {
  /** The name of this member: 1 to 64 characters of `A-Z a-z 0-9 _ - .`. */
  readonly name: string;
  /** Milliseconds between two heartbeats. */
  readonly heartbeat: number;
  /** Milliseconds of silence after which other members may end the session. At least four heartbeats. */
  readonly ttl: number;
  /**
   * Whether the first claim in a new storage waits, because the new storage may replace a lost storage whose owners are
   * still active.
   */
  readonly waitsInNewStorage: boolean;
  /** Prefixes of keys. A hint for such a key triggers a read, if the adapter sends hints. */
  readonly hints: readonly string[];
  /**
   * Called when this member has no session because a live session of another process has its name. Must not throw. If
   * absent, several live sessions may have the name.
   */
  readonly onNameTaken?: (() => void) | undefined;
  /** Called with the first storage failure of each outage. Must not throw. */
  readonly onError: (error: unknown) => void;
}
