/** The pace of a member. */
export interface MemberSettings {
  /** Milliseconds between two heartbeats. */
  readonly heartbeat: number;
  /** Milliseconds of silence after which others may end a session. At least four heartbeats. */
  readonly ttl: number;
  /** Whether the storage may stand in for one that was lost, in which others still own something. */
  readonly isReplaceable: boolean;
}

/** What happens outside of the state machine. */
export interface MemberPort {
  /** Milliseconds of a clock that never goes back. */
  now(): number;
  /** Whether that clock has stood still, and `suspended` of the member was not called since. */
  readonly wasSuspended: boolean;
  /** Makes the key of a new session. */
  newSession(): string;
  put(key: string, value: Uint8Array, expected: number): void;
  delete(key: string, revision: number): void;
  /** Members came or left, or their services have changed. */
  membersChanged(): void;
  /** The session has ended: all records are to be read again, from the first one. */
  readAgain(): void;
}
