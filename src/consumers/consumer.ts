import type { Position } from "../base/position.ts";
import type { ConsumerFilter, ConsumerOrder } from "./definition.ts";

/**
 * The state and the control of a consumer. It works in any process, including one that is not a member. Made by
 * {@link consumer}, and a part of the result of {@link consume}.
 *
 * Each change is a compare-and-set of a record. The members of the consumer see it at their next heartbeat, 2 seconds
 * with the default `ttl`, and within milliseconds in memory and on JetStream.
 *
 * Each method fails with `InvalidArgumentError` if the consumer does not exist, with `UnavailableError` if the storage
 * does not answer, and with `ClosedError` if the store was closed.
 */
export interface ConsumerControl {
  /** The name of the consumer. */
  readonly name: string;

  /**
   * Returns the progress of the consumer, and the reasons of lanes that have stopped. It reads up to 10,000 events to
   * count the lag.
   *
   * @throws {AbortError} If the signal was aborted.
   */
  status(options?: WaitOptions): Promise<ConsumerStatus>;

  /**
   * Waits until every event that was stored at the time of the call is handled, skipped or parked, by any process. It
   * does not end while the consumer is paused, has no members, or has a failed lane: pass a signal.
   *
   * @throws {AbortError} If the signal was aborted.
   */
  caughtUp(options?: WaitOptions): Promise<void>;

  /**
   * Waits until every event up to a position is handled, skipped or parked, by any process. See {@link caughtUp}.
   *
   * @throws {AbortError} If the signal was aborted.
   * @throws {UnknownPositionError} If the position belongs to another log, or lies beyond its end.
   */
  reached(position: Position, options?: WaitOptions): Promise<void>;

  /**
   * Pauses all members: each lane finishes its event, saves its mark, and keeps its owner. The call returns when the request
   * is stored; {@link status} shows which lanes have paused.
   */
  pause(): Promise<void>;

  /** Resumes the consumer: lanes that were paused or have failed start again. */
  resume(): Promise<void>;

  /**
   * Sets the marks of all lanes. Parked actors and failures are removed. The call returns when the marks are stored: an
   * owner finishes its event before it continues after the new mark.
   *
   * @param to `"start"`: every event of the log is handled again. `"now"`: events up to the end of the log are skipped.
   * `"oldest-available"`: all remaining events are handled again, expired ones are skipped. A position: the events
   * after it are handled.
   * @throws {UnknownPositionError} If the position belongs to another log, or lies beyond its end.
   */
  reset(to: "start" | "now" | "oldest-available" | Position): Promise<void>;

  /** The parked actors of all lanes. */
  parked(): Promise<readonly ParkedActor[]>;

  /**
   * Handles the waiting events of a parked actor, in order, in the process that owns its lane. The call returns when
   * the request is stored. The actor stays parked until its last event is done, or is parked again.
   *
   * @throws {InvalidArgumentError} If the actor is not parked.
   */
  redrive(actorId: string): Promise<void>;

  /**
   * Skips one event for good. For a parked actor, its first waiting event; its later events are then redriven. For
   * another actor, the event that its lane retries or at which it has stopped.
   *
   * @throws {InvalidArgumentError} If no event of the actor waits, is retried or has stopped its lane.
   */
  skip(actorId: string): Promise<void>;

  /**
   * Deletes the records of the consumer. A later consumer of the same name is new.
   *
   * @throws {InvalidArgumentError} If the consumer has members. A process that crashed counts until its session is
   * over.
   */
  forget(): Promise<void>;
}

/** The part of one process in a consumer. Made by {@link consume}. */
export interface Consumer extends ConsumerControl, AsyncDisposable {
  /** The name of this process in the status of the consumer. It changes after a lost session. */
  readonly member: string;
  /** The lanes that this process owns, in order: 0 for `order: "log"`, 0 to 15 for `order: "actor"`. */
  readonly owned: readonly number[];
  /**
   * Waits until the running handlers have ended, saves the progress, and releases the lanes, so that other processes
   * take over at once and repeat nothing.
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
  /** The order of its events. */
  readonly order: ConsumerOrder;
  /** Whether it is paused. */
  readonly paused: boolean;
  /** The names of the processes that take part, in order. A process that crashed counts until its session is over. */
  readonly members: readonly string[];
  /** Its lanes, in order. */
  readonly lanes: readonly LaneStatus[];
}

/**
 * The state of a lane:
 * - `"running"`: it handles events, or waits for the next one;
 * - `"busy"`: the handler has been working on one event for more than 5 seconds: see {@link LaneStatus.work};
 * - `"retrying"`: the handler has failed, and is called again: see {@link LaneStatus.work};
 * - `"failed"`: it has stopped until the consumer is resumed or reset: see {@link LaneStatus.failure};
 * - `"paused"`: the consumer is paused, and the lane has finished its event;
 * - `"unowned"`: no process owns it.
 */
export type LaneState = "running" | "busy" | "retrying" | "failed" | "paused" | "unowned";

/** One lane of a consumer at one moment, by its last checkpoint. */
export interface LaneStatus {
  /** The number of the lane, from 0. */
  readonly lane: number;
  /** See {@link LaneState}. */
  readonly state: LaneState;
  /** The name of the process that owns the lane; absent if no process does. */
  readonly owner?: string | undefined;
  /** Every event of the lane up to here is handled, skipped or parked. Absent before the first one. */
  readonly position?: Position | undefined;
  /** The waiting events. */
  readonly lag: LaneLag;
  /**
   * Milliseconds for which an event has been due and the lane has made no progress; 0 if no event is due, or the lane has
   * paused. An event is due once it is as old as the option `delay` says. A new owner and each change by an operator count
   * as progress. The error is up to `saveEvery`, plus the difference between the clocks of the owner and of this process.
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
  /** Milliseconds since the oldest of them was appended, by the clocks of the appender and of this process; 0 if none. */
  readonly milliseconds: number;
  /** Whether all were counted. If not, there may be more: the count ends after 10,000 events of the log. */
  readonly isComplete: boolean;
}

/** The current event of a lane. */
export interface LaneWorkStatus {
  /** The actor of the event. */
  readonly actorId: string;
  /** The version of the event. */
  readonly version: number;
  /** The type of the event. */
  readonly type: string;
  /** How often the handler was called for it. */
  readonly attempt: number;
  /** When it was called first, in milliseconds since the epoch by the clock of the owner. */
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
  /** When it occurred, in milliseconds since the epoch by the clock of the owner. */
  readonly at: number;
}

/** An actor whose events wait after one of them has failed. */
export interface ParkedActor {
  /** The actor. */
  readonly actorId: string;
  /** Its lane. */
  readonly lane: number;
  /** The version of its first waiting event. */
  readonly version: number;
  /** The id of the event that failed. */
  readonly eventId: string;
  /** The error of its last attempt, in 300 characters at most. */
  readonly error: string;
  /** When it was parked, in milliseconds since the epoch by the clock of the owner. */
  readonly at: number;
  /** Whether its events are being redriven. */
  readonly isRedriven: boolean;
}
