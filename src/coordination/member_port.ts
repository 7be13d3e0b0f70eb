/** The settings of the state machine of a member. */
export interface MemberSettings {
  /** The name that no other live session may have; `undefined` if several sessions may have the name of this member. */
  readonly uniqueName: string | undefined;
  /** Milliseconds between two heartbeats. */
  readonly heartbeat: number;
  /** Milliseconds of silence after which other members may end a session. At least four heartbeats. */
  readonly ttl: number;
  /** Whether a new storage may replace a lost storage whose owners are still active. See `Records.isReplaceable`. */
  readonly isReplaceable: boolean;
}

/** The clock and the storage of a member's state machine. The coordinator implements it. */
export interface MemberPort {
  /** Milliseconds of a monotonic clock. */
  now(): number;
  /**
   * Whether the machine was suspended since the coordinator's last check. The clock of `now` may have stopped
   * meanwhile.
   */
  readonly wasSuspended: boolean;
  /** Makes the key of a new session. */
  newSession(): string;
  /** Sends a put. The member does not wait for the answer. */
  put(key: string, value: Uint8Array, expected: number): void;
  /** Sends a deletion. The member does not wait for the answer. */
  delete(key: string, revision: number): void;
  /** Called after members have joined or left, or their services have changed. */
  membersChanged(): void;
  /**
   * Called when this member has no session because a live session of another process has its name. It is called once for
   * each such session.
   */
  nameTaken(): void;
  /** Called when the session has ended: all records must be read again, from the first one. */
  readAgain(): void;
}
