import type { Position } from "../base/position.ts";
import type { ConsumerFilter, ConsumerOrder } from "./definition.ts";

/**
 * Shows the status of a consumer and controls it, also from a process that is not a member. Returned by
 * {@link consumer}. The result of {@link consume} has the same methods.
 *
 * Each change is a compare-and-set of a record. Usually, a hint of the storage lets the members of the consumer see the
 * change at once. Otherwise, they see it at their next heartbeat: within 2 seconds with the default `ttl`.
 *
 * Each method fails with `InvalidArgumentError` if the consumer does not exist, with `CorruptDataError` if its stored
 * definition cannot be decoded, with `UnavailableError` if the storage does not answer, and with `ClosedError` if the
 * store was closed. Methods that take a signal end at once when it is aborted, also while the storage does not answer.
 */
export interface ConsumerControl {
  /** The name of the consumer. */
  readonly name: string;

  /**
   * Returns the progress of the consumer, and the reasons why lanes have stopped. To count the waiting events, it reads
   * up to 10,000 events of the log.
   *
   * The status is read from records and does not show whether a process still runs: see {@link ConsumerStatus.members}.
   *
   * @throws {AbortError} If the signal was aborted.
   */
  status(options?: WaitOptions): Promise<ConsumerStatus>;

  /**
   * Waits until every event that was stored before the call is handled, skipped or parked, by any process, and a
   * checkpoint of the lane is stored. After the last event, this can take up to `saveEvery`. The wait does not end while
   * the consumer is paused, has no members, or has a failed lane, or while a lane has progress of another log, because
   * the log was restored or created again: pass a signal to end it. A handler must not await it.
   *
   * @throws {AbortError} If the signal was aborted.
   */
  caughtUp(options?: WaitOptions): Promise<void>;

  /**
   * Waits until every event up to and including a position is handled, skipped or parked, by any process. Like
   * {@link caughtUp}, the wait may not end without a signal.
   *
   * @throws {AbortError} If the signal was aborted.
   * @throws {UnknownPositionError} If the position belongs to another log, or lies beyond the end of the log.
   */
  reached(position: Position, options?: WaitOptions): Promise<void>;

  /**
   * Pauses all members: each lane finishes its current event, saves its progress, and keeps its owner. The call returns
   * when the request is stored; {@link status} shows which lanes have paused.
   */
  pause(): Promise<void>;

  /** Resumes the consumer: lanes that were paused or have failed start again. */
  resume(): Promise<void>;

  /**
   * Sets the progress of all lanes to a place in the log. Parked actors and failures are removed. The call returns when
   * the new progress is stored. The owner of a lane finishes its current event before it continues at that place.
   *
   * @param to `"start"`: every event of the log is handled again. `"now"`: the events up to the end of the log are
   * skipped. `"oldest-available"`: expired events are skipped, and all remaining events are handled again. A position:
   * the events after it are handled.
   * @throws {UnknownPositionError} If the position belongs to another log, or lies beyond the end of the log.
   */
  reset(to: "start" | "now" | "oldest-available" | Position): Promise<void>;

  /** The parked actors of all lanes. */
  parked(): Promise<readonly ParkedActor[]>;

  /**
   * Handles the waiting events of a parked actor, in order, in the process that owns its lane. The call returns when
   * the request is stored. The actor stays parked until all its waiting events are done. If one of them fails again,
   * the actor may be parked again.
   *
   * @throws {InvalidArgumentError} If the actor is not parked.
   */
  redrive(actorId: string): Promise<void>;

  /**
   * Skips one event permanently. If the actor is parked, this is its first waiting event; its later events are then
   * redriven. If that event and further events have expired, all of them are skipped. If the actor is not parked, this
   * is the event that its lane retries, or at which its lane has stopped. A lane that has stopped at the event starts
   * again. A running call of the handler is not ended: the event is skipped if the call fails, or if another process
   * becomes the owner of the lane meanwhile.
   *
   * @throws {InvalidArgumentError} If no event of the actor waits, is retried or has stopped its lane.
   */
  skip(actorId: string): Promise<void>;

  /**
   * Deletes the records of the consumer. A later consumer of the same name is new. The call waits until each member has
   * sent a heartbeat, which refuses the call, or its session has ended. After a crash, this takes up to the `ttl` of the
   * session and three heartbeats of this process, 26 seconds with the default `ttl`. It also waits until closing members
   * of other processes have ended their handlers. In a member process, await `close()` first.
   *
   * From the first change on, the consumer does not exist. If the call ends early, the next call of `consume` or
   * `forget` completes the deletion.
   *
   * @throws {InvalidArgumentError} If the consumer has members.
   * @throws {AbortError} If the signal was aborted.
   * @throws {UnavailableError} If the storage does not answer. The wait for heartbeats ends with this error when this
   * process had no valid session for 40 seconds.
   */
  forget(options?: WaitOptions): Promise<void>;
}

/** A consumer that this process has joined. Made by {@link consume}. */
export interface Consumer extends ConsumerControl, AsyncDisposable {
  /**
   * The name of this process in the status of the consumer. It is empty while the process has no session, such as after
   * an outage.
   */
  readonly member: string;
  /**
   * The numbers of the lanes that this process owns, in order. With `order: "log"`, the only lane is 0.
   * With `order: "actor"`, the lanes are 0 to 15.
   */
  readonly owned: readonly number[];
  /**
   * Waits until the running handlers have ended, saves the progress, and releases the lanes. Other processes then take
   * over at once and repeat nothing. A handler must not await it, because it waits for the handler.
   */
  close(): Promise<void>;
}

/** Options of the methods that wait. */
export interface WaitOptions {
  /** Ends the wait. */
  readonly signal?: AbortSignal | undefined;
}

/** A consumer at one moment. */
export interface ConsumerStatus extends ConsumerFilter {
  /** The name of the consumer. */
  readonly name: string;
  /** The order in which events are handled. */
  readonly order: ConsumerOrder;
  /** Whether the consumer is paused. */
  readonly paused: boolean;
  /**
   * The names of the member processes, in order. A process that has crashed counts as a member until another process
   * has ended its session. Processes that consume from the namespace and calls of `forget` end sessions. If there are
   * none, the crashed process stays a member and the owner of its lanes.
   */
  readonly members: readonly string[];
  /** The lanes of the consumer, in order. */
  readonly lanes: readonly LaneStatus[];
}

/**
 * The state of a lane:
 * - `"running"`: the lane handles events, or waits for the next event. If its owner has crashed, the lane keeps its
 *   state until another process has ended the owner's session: see {@link LaneStatus.idle};
 * - `"busy"`: the handler has been working on one event for more than 5 seconds: see {@link LaneStatus.work};
 * - `"retrying"`: the handler has failed for an event, and is called again for it: see {@link LaneStatus.work};
 * - `"failed"`: the lane has stopped: see {@link LaneStatus.failure}. It starts again when the consumer is resumed or
 *   reset, or another process becomes the owner of the lane. If its record is corrupt, only a reset helps;
 * - `"paused"`: the consumer is paused, and the lane has finished its event;
 * - `"unowned"`: no process owns the lane.
 */
export type LaneState = "running" | "busy" | "retrying" | "failed" | "paused" | "unowned";

/** One lane of a consumer, as of its last checkpoint. */
export interface LaneStatus {
  /** The number of the lane, from 0. */
  readonly lane: number;
  /** See {@link LaneState}. */
  readonly state: LaneState;
  /** The name of the process that owns the lane; absent if no process does. See {@link ConsumerStatus.members}. */
  readonly owner?: string | undefined;
  /**
   * Every event of the lane up to this position is handled, skipped or parked. Absent if the lane has no progress yet.
   */
  readonly position?: Position | undefined;
  /** The waiting events. */
  readonly lag: LaneLag;
  /**
   * Milliseconds for which an event has been due and the lane has made no progress; 0 if no event is due, or the lane
   * has paused. An event is due once its age is at least the option `delay`. A new owner and each change by an operator
   * count as progress. The value can be wrong by up to `saveEvery`, plus the difference between the clocks of the owner
   * and of this process.
   */
  readonly idle: number;
  /** The number of parked actors. */
  readonly parked: number;
  /** The event that is retried, or on which the handler has been working for more than 5 seconds. */
  readonly work?: LaneWorkStatus | undefined;
  /** The reason why the lane has stopped. */
  readonly failure?: LaneFailureStatus | undefined;
}

/** The waiting events of a lane. Events of parked actors do not count. */
export interface LaneLag {
  /** The number of events. */
  readonly events: number;
  /**
   * Milliseconds since the oldest waiting event was appended, by the clocks of the appender and of this process; 0 if
   * no event waits.
   */
  readonly milliseconds: number;
  /**
   * Whether all waiting events were counted. If `false`, there may be more. The count ends after 10,000 events of the
   * log, at an event that cannot be decoded, and if events expire while they are counted. It counts nothing if the log
   * does not contain the position of a lane, because it was restored or deleted.
   */
  readonly isComplete: boolean;
}

/** The event on which a lane works. */
export interface LaneWorkStatus {
  /** The actor of the event. */
  readonly actorId: string;
  /** The version of the event. */
  readonly version: number;
  /** The type of the event. */
  readonly type: string;
  /** How often the handler was called for the event. */
  readonly attempt: number;
  /** The time of the first call, in milliseconds since the epoch by the clock of the owner. */
  readonly since: number;
  /** The error of the last attempt, in 300 characters at most. */
  readonly error?: string | undefined;
}

/** The reason why a lane has stopped. */
export interface LaneFailureStatus {
  /** The code of the error; `"stopped"` if `onFailure` returned `"stop"` for an error without a code. */
  readonly code: string;
  /** The message of the error, in 300 characters at most. */
  readonly message: string;
  /** The time of the failure, in milliseconds since the epoch by the clock of the owner. */
  readonly at: number;
}

/** An actor whose events wait after one of them has failed. */
export interface ParkedActor {
  /** The id of the actor. */
  readonly actorId: string;
  /** The number of the actor's lane. */
  readonly lane: number;
  /** The version of the actor's first waiting event. */
  readonly version: number;
  /** The id of the event that failed. */
  readonly eventId: string;
  /** The error of the last attempt to handle that event, in 300 characters at most. */
  readonly error: string;
  /** The time at which the actor was parked, in milliseconds since the epoch by the clock of the owner. */
  readonly at: number;
  /** Whether the actor's waiting events are being redriven. */
  readonly isRedriven: boolean;
}
