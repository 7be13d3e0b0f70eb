/** The settings of the state machine of a member. */
export interface MemberSettings {
  /** Milliseconds between two heartbeats. */
  readonly heartbeat: number;
  /** Milliseconds of silence after which other members may end a session. At least four heartbeats. */
  readonly ttl: number;
  /** Whether a new storage may replace a lost one whose owners are still active. See `Records.isReplaceable`. */
  readonly isReplaceable: boolean;
}

/** The clock and the storage, as the state machine of a member uses them. */
export interface MemberPort {
  /** Milliseconds of a monotonic clock. */
  now(): number;
  /** Whether the computer was suspended since the coordinator's last check. The clock of `now` stops meanwhile. */
  readonly wasSuspended: boolean;
  /** Makes the key of a new session. */
  newSession(): string;
  put(key: string, value: Uint8Array, expected: number): void;
  delete(key: string, revision: number): void;
  /** Called when members joined or left, or their services changed. */
  membersChanged(): void;
  /** Called when the session has ended: all records must be read again, from the first one. */
  readAgain(): void;
}
