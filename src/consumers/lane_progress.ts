import { formatValue } from "../base/format_value.ts";
import type { Position } from "../base/position.ts";
import type { CommitPlace } from "../driver/log.ts";
import type { RecordedEvent } from "../events/recorded_event.ts";
import { comesAfter, endOfCommit } from "../values/position.ts";
import {
  CORRUPT_RECORD,
  delayOf,
  encodeLane,
  type LaneFailure,
  type LaneOwner,
  type LaneRecord,
  type LaneWork,
  type ParkedRecord,
  type SkippedEvent,
} from "./lane_record.ts";
import { type Mark, markAfter } from "./mark.ts";

/** Maximum number of parked actors of a lane. If more actors fail, their events are probably not the cause. */
export const MAX_PARKED = 64;

/**
 * Maximum bytes of the record of a lane, below `MAX_RECORD_BYTES`. An actor is not parked if the record would become
 * larger.
 */
export const MAX_LANE_BYTES = 49_152;

/** Maximum characters of an error in a record. */
export const MAX_ERROR_LENGTH = 300;

/** The current progress of a lane, including changes that are not saved yet. */
export class LaneProgress {
  #mark: Mark | undefined;
  /**
   * The last event after `#mark` that is done or not wanted; `undefined` if there is none. It becomes the mark of the
   * record.
   */
  #passed: RecordedEvent | undefined;
  readonly #parked: Map<string, ParkedRecord>;
  #edits: number;
  #resets: number;
  #failure: LaneFailure | undefined;
  #work: LaneWork | undefined;
  #paused: true | undefined;
  #skipped: SkippedEvent | undefined;
  #progressAt: number | undefined;
  #changes = 0;
  readonly #owner: LaneOwner;

  constructor({ mark, parked, edits, resets, failure, paused, skipped, progressAt }: LaneRecord, owner: LaneOwner) {
    this.#mark = mark;
    this.#parked = new Map(parked.map((entry) => [entry.actorId, entry]));
    this.#edits = edits;
    this.#resets = resets;
    this.#failure = failure;
    this.#paused = paused;
    this.#skipped = skipped;
    this.#progressAt = progressAt;
    this.#owner = owner;
  }

  /** Counts the changes that must be saved. */
  get changes(): number {
    return this.#changes;
  }

  /** Every event of the lane up to this mark is done, except events of parked actors. */
  get mark(): Mark | undefined {
    return this.#passed === undefined ? this.#mark : markAfter(this.#passed);
  }

  /** How often operators have reset the lane. */
  get resets(): number {
    return this.#resets;
  }

  get failure(): LaneFailure | undefined {
    return this.#failure;
  }

  /** The parked actors that an operator has asked to redrive. */
  get redriven(): readonly ParkedRecord[] {
    return [...this.#parked.values()].filter(({ redrive }) => redrive);
  }

  /** Returns the record to save. */
  record(owner: string): LaneRecord {
    return {
      owner,
      mark: this.mark,
      parked: [...this.#parked.values()],
      edits: this.#edits,
      resets: this.#resets,
      failure: this.#failure,
      work: this.#work,
      paused: this.#paused,
      skipped: this.#skipped,
      progressAt: this.#progressAt,
      delay: delayOf(this.#owner),
    };
  }

  /** Records that an event is done, or not wanted. */
  passed(event: RecordedEvent): void {
    this.#passed = event;
    this.#progressed();
    this.#work = undefined;
  }

  /** Records that no wanted event remains up to and including a commit. */
  passedThrough({ identity, offset }: CommitPlace): void {
    const { mark } = this;
    const position = endOfCommit(identity, offset);
    if (mark !== undefined && !comesAfter(position, mark.position)) return;
    this.#mark = { position, anchor: mark?.anchor };
    this.#passed = undefined;
    this.#progressed();
  }

  /** Whether an operator has skipped an event. */
  isSkipped({ actorId, version }: SkippedEvent): boolean {
    return this.#skipped?.actorId === actorId && this.#skipped.version === version;
  }

  isParked(actorId: string): boolean {
    return this.#parked.size > 0 && this.#parked.has(actorId);
  }

  parkedEntry(actorId: string): ParkedRecord | undefined {
    return this.#parked.get(actorId);
  }

  /**
   * Parks the actor of an event that failed.
   *
   * @returns Whether the record had room for the actor.
   */
  park({ actorId, version, id: eventId }: RecordedEvent, error: unknown, at: number): boolean {
    const existing = this.#parked.get(actorId);
    if (existing === undefined && this.#parked.size >= MAX_PARKED) return false;
    this.#parked.set(actorId, { actorId, version, eventId, error: errorString(error), at });
    if (encodeLane(this.record("")).length <= MAX_LANE_BYTES) {
      this.#work = undefined;
      this.#changes++;
      return true;
    }
    if (existing === undefined) this.#parked.delete(actorId);
    else this.#parked.set(actorId, existing);
    return false;
  }

  /** Records the version of the first event of a redriven actor that still waits. Keeps a later version. */
  waitsFrom(actorId: string, version: number): void {
    this.#work = undefined;
    const own = this.#parked.get(actorId)!;
    this.#parked.set(actorId, { ...own, version: Math.max(version, own.version) });
    this.#progressed();
  }

  /** Records that the redrive of an actor has failed. The actor stays parked. */
  redriveFailed(actorId: string, error: unknown): void {
    this.#work = undefined;
    this.#parked.set(actorId, { ...this.#parked.get(actorId)!, error: errorString(error), redrive: undefined });
    this.#changes++;
  }

  unpark(actorId: string): void {
    this.#work = undefined;
    this.#parked.delete(actorId);
    this.#changes++;
  }

  /** Records an event whose handler has worked on it for long or has failed. Removed when the event is done. */
  working(work: LaneWork): void {
    this.#work = work;
    this.#changes++;
  }

  /** Records whether the lane has paused. Returns the change, if there is one. */
  setPaused(isPaused: boolean): "paused" | "resumed" | undefined {
    if (isPaused === (this.#paused === true)) return undefined;
    this.#paused = isPaused ? true : undefined;
    this.#progressed();
    return isPaused ? "paused" : "resumed";
  }

  /** Records that the lane has stopped: see {@link LaneFailure}. */
  failed(failure: LaneFailure): void {
    this.#failure = failure;
    this.#changes++;
  }

  /** Records that the lane has started again after a failure. Returns whether it had stopped. */
  recovered(): boolean {
    if (this.#failure === undefined) return false;
    this.#failure = undefined;
    this.#progressed();
    return true;
  }

  /**
   * Applies the changes that operators have made in the stored record. The failure in the record may be older than the
   * failure of this lane. Only a reset, or a skip of the event at which the lane has stopped, removes a failure.
   *
   * @returns Whether there were changes.
   */
  adopt(record: LaneRecord): boolean {
    if (record.edits === this.#edits) return false;
    this.#edits = record.edits;
    this.#progressed();
    this.#skipped = record.skipped;
    if (record.resets !== this.#resets) this.#reset(record);
    else for (const entry of record.parked) this.#adoptEntry(entry);
    if (this.#isWorkSkipped()) this.#failure = undefined;
    if (record.failure?.code === CORRUPT_RECORD) this.#failure = record.failure;
    return true;
  }

  /** The position of the mark: the lane reads the log after it. */
  get position(): Position | undefined {
    return this.mark?.position;
  }

  /** Records a change that counts as progress in the status of the consumer. */
  #progressed(): void {
    this.#progressAt = this.#owner.wallTime();
    this.#changes++;
  }

  #reset({ mark, parked, resets }: LaneRecord): void {
    this.#resets = resets;
    this.#mark = mark;
    this.#passed = undefined;
    this.#parked.clear();
    for (const entry of parked) this.#parked.set(entry.actorId, entry);
    this.#work = undefined;
    this.#failure = undefined;
  }

  /** Whether an operator has skipped the event on which the lane works. */
  #isWorkSkipped(): boolean {
    if (this.#work === undefined) return false;
    const { actorId, version } = this.#work;
    return this.isSkipped(this.#work) || (this.#parked.get(actorId)?.version ?? 0) > version;
  }

  /** Applies the change of a parked actor's entry, unless the actor was unparked in the meantime. */
  #adoptEntry({ actorId, version, redrive }: ParkedRecord): void {
    const own = this.#parked.get(actorId);
    if (own === undefined) return;
    this.#parked.set(actorId, { ...own, version: Math.max(version, own.version), redrive: redrive || own.redrive });
  }
}

/** Formats an error for the record of a lane. */
export function errorString(error: unknown): string {
  return formatValue(error).slice(0, MAX_ERROR_LENGTH);
}
