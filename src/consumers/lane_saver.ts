import type { Claim, ClaimRecord } from "../coordination/claim.ts";
import type { Coordinator } from "../coordination/coordinator.ts";
import type { Environment } from "../coordination/environment.ts";
import { decodeLane, encodeLane } from "./lane_record.ts";
import type { LaneProgress } from "./lane_progress.ts";

/** The parts that a saver needs. */
export interface SaverContext {
  readonly claim: Claim;
  readonly coordinator: Pick<Coordinator, "update" | "session">;
  readonly environment: Environment;
  /** Milliseconds between two puts. */
  readonly interval: number;
  readonly progress: LaneProgress;
  /** Called after a change by an operator was applied to `progress`. */
  readonly onEdit: () => void;
  readonly report: (error: unknown) => void;
}

/** Minimum milliseconds until a failed put is repeated. */
const RETRY_MS = 1_000;

/**
 * Saves the progress of a lane in its record: one put at a time, each over the previous revision. If at least one
 * interval has passed since the last put, a change is saved at once. Otherwise the change is saved when the interval
 * has passed.
 */
export class LaneSaver {
  readonly #context: SaverContext;
  readonly #owner: string;
  /** The revision that the next put expects. */
  #revision: number;
  /** The newest record of the lane that the coordinator has read. */
  #lastRead: ClaimRecord | undefined;
  /** The value of `LaneProgress.changes` that was saved last. A new owner may have changes already. */
  #savedChanges = 0;
  #savedAt = -Infinity;
  #saving: Promise<void> | undefined;
  #cancelTimer: (() => void) | undefined;
  #isFailing = false;
  #isOver = false;

  constructor(context: SaverContext, revision: number) {
    this.#context = context;
    this.#owner = context.coordinator.session;
    this.#revision = revision;
  }

  /** Whether the progress has unsaved changes. */
  get isDirty(): boolean {
    return this.#savedChanges !== this.#context.progress.changes;
  }

  /** Called when the progress has changed. */
  changed(): void {
    if (this.#saving !== undefined || this.#cancelTimer !== undefined || this.#isOver) return;
    this.#plan(this.#context.interval);
  }

  /**
   * Saves unsaved changes now, or after the running put.
   *
   * @throws The error of the storage.
   */
  async flush(): Promise<void> {
    await this.#saving?.catch(() => {});
    if (!this.isDirty || this.#isOver) return;
    this.#stopTimer();
    await this.#save();
  }

  /** Called after the record of the lane has changed, by this saver or by an operator. */
  recordChanged(record: ClaimRecord): void {
    this.#lastRead = record;
    if (this.#saving === undefined) this.#adopt();
  }

  /** Stops saving. Resolves when no put is running. */
  async stop(): Promise<void> {
    this.#isOver = true;
    this.#stopTimer();
    await this.#saving?.catch(() => {});
  }

  #plan(interval: number): void {
    const { environment } = this.#context;
    const wait = this.#savedAt + interval - environment.now();
    if (wait <= 0) return this.#saveInBackground();
    this.#cancelTimer = environment.schedule(wait, () => {
      this.#cancelTimer = undefined;
      this.#saveInBackground();
    });
  }

  #stopTimer(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  #saveInBackground(): void {
    this.#save().then(() => this.#isFailing = false, (error) => {
      if (!this.#isFailing) this.#context.report(error);
      this.#isFailing = true;
    });
  }

  #save(): Promise<void> {
    this.#saving = this.#put().finally(() => {
      this.#saving = undefined;
      this.#adopt();
      if (this.isDirty && !this.#isOver && this.#cancelTimer === undefined) {
        this.#plan(Math.max(this.#context.interval, this.#isFailing ? RETRY_MS : 0));
      }
    });
    return this.#saving;
  }

  async #put(): Promise<void> {
    const { claim, coordinator, environment, progress } = this.#context;
    const { changes } = progress;
    this.#savedAt = environment.now();
    const revision = await coordinator.update(claim, encodeLane(progress.record(this.#owner)), this.#revision);
    // The record has another revision: an operator has changed it, or an earlier put without an answer was stored. A
    // call of `recordChanged` follows.
    if (revision === undefined) return;
    this.#revision = Math.max(this.#revision, revision);
    this.#savedChanges = changes;
  }

  /** Applies a record that is newer than the last put of this saver. */
  #adopt(): void {
    if (this.#lastRead === undefined || this.#lastRead.revision <= this.#revision) return;
    const { value, revision } = this.#lastRead;
    this.#revision = revision;
    if (!this.#context.progress.adopt(decodeLane(value))) return;
    this.#context.onEdit();
    this.changed();
  }
}
