/** The pace of a member. */
export interface MemberSettings {
  /** Milliseconds between two heartbeats. */
  readonly heartbeat: number;
  /** Milliseconds of silence after which others may end a session. At least four heartbeats. */
  readonly ttl: number;
  /** Whether the storage may replace a lost one in which other members still own something. */
  readonly isReplaceable: boolean;
}

/** The environment of the state machine. */
export interface MemberPort {
  /** Milliseconds of a monotonic clock. */
  now(): number;
  /** Whether that clock stood still since the last call of the member's `suspended`. */
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
