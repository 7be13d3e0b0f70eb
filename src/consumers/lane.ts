/**
 * One lane of a consumer for one term of its owner. It follows the log after the mark of the lane (see `mark.ts`),
 * calls the handler for one event after the other, and saves the progress of the lane. The progress is one record. Each
 * save expects the previous revision: an owner that was replaced can save nothing.
 *
 * The work of a lane is a sequence of passes. A pass reads the log after the mark until it is interrupted by a
 * change of an operator, the end of the term, or an error.
 *
 * @module
 */
import { messageOf } from "../base/format_value.ts";
import type { Claim, ClaimRecord, StopReason } from "../coordination/claim.ts";
import type { CommitPlace, Page } from "../driver/log.ts";
import { AbortError } from "../errors/abort_error.ts";
import { isAetherError } from "../errors/is_aether_error.ts";
import { UnavailableError } from "../errors/unavailable_error.ts";
import type { RecordedEvent } from "../events/recorded_event.ts";
import type { ActorPattern } from "../values/pattern.ts";
import { comesAfter } from "../values/position.ts";
import { DEFAULT_SAVE_EVERY, halfJitter } from "./consumer_options.ts";
import { EventLoopTurns } from "./event_loop_turns.ts";
import { EventAttempts, LaneStopped } from "./event_attempts.ts";
import { iterateUntilAborted } from "./iterate_until_aborted.ts";
import type { LaneContext, LaneEvents } from "./lane_context.ts";
import { LaneProgress, MAX_ERROR_LENGTH } from "./lane_progress.ts";
import { CORRUPT_RECORD, decodeLane, encodeLane, startOf } from "./lane_record.ts";
import { LaneSaver } from "./lane_saver.ts";
import { checkMark, type Mark, rangeAfter } from "./mark.ts";
import { redriveActor } from "./redrive.ts";
import { sleep, untilAborted } from "./sleep.ts";

/** The codes of errors that a further pass cannot fix. */
const FINAL_CODES = ["unknown-position", "events-expired", "corrupt-data"] as const;

/** One lane for one term: see the comment of the module. */
export class Lane {
  /** Resolves at the end of the term, when no handler and no put is running any more. */
  readonly ended: Promise<void>;
  readonly #context: LaneContext;
  readonly #events: LaneEvents;
  readonly #claim: Claim;
  readonly #progress: LaneProgress;
  readonly #saver: LaneSaver;
  readonly #attempts: EventAttempts;
  readonly #lost: AbortController = new AbortController();
  /** Aborted to end the current pass, after a change by an operator or when the lane must stop. */
  #pass: AbortController = new AbortController();
  #isStopping = false;
  /**
   * Whether the stored record may still show the lane as paused or failed. If so, the record is saved before the lane
   * handles an event.
   */
  #hasResumed = false;
  readonly #turns: EventLoopTurns;

  constructor(context: LaneContext, events: LaneEvents, claim: Claim, { value, revision }: ClaimRecord) {
    this.#context = context;
    this.#events = events;
    this.#claim = claim;
    const { environment, options, handler, log, coordinator } = context;
    const record = decodeLane(value);
    const { delay } = options;
    this.#progress = new LaneProgress(startOf(record, context.definition().from), {
      delay,
      wallTime: () => environment.wallTime(),
    });
    const { failure } = this.#progress;
    // Another owner may succeed where the previous one failed.
    if (failure?.code !== CORRUPT_RECORD) this.#hasResumed = this.#progress.recovered();
    this.#turns = new EventLoopTurns(environment);
    this.#saver = new LaneSaver({
      claim,
      coordinator,
      environment,
      // If `saveEvery` is 0, each handled event gets a checkpoint. Unwanted events get one at this interval.
      interval: options.saveEvery === 0 ? DEFAULT_SAVE_EVERY : options.saveEvery,
      progress: this.#progress,
      onEdit: () => this.interrupt(),
      report: (error) => context.report(error),
    }, revision);
    this.#attempts = new EventAttempts({
      handler,
      options,
      environment,
      progress: this.#progress,
      shared: {
        consumer: options.name,
        log,
        signal: this.#lost.signal,
        token: revision,
        observer: context.observer,
      },
      isHeld: () => coordinator.holds(claim),
      onChange: () => this.#saver.changed(),
      report: (error, event) => context.report(error, event),
    });
    this.ended = this.#run();
  }

  /** Ends the lane after its current event. If the lane is lost, also aborts the signal of its handler. */
  stop(reason: StopReason): void {
    this.#isStopping = true;
    if (reason === "lost") {
      void this.#saver.stop();
      this.#lost.abort(
        new AbortError(`Cannot continue with the event: another process may handle it. End the handler's work`),
      );
    }
    this.interrupt();
  }

  /** Called after the record of the lane has changed, by this lane or by an operator. */
  recordChanged(record: ClaimRecord): void {
    this.#saver.recordChanged(record);
  }

  /** Ends the current pass after its current event. A new pass follows, unless the lane is stopping. */
  interrupt(): void {
    this.#pass.abort();
  }

  /** Called when an operator has resumed the consumer. */
  resume(): void {
    if (this.#progress.failure?.code !== CORRUPT_RECORD && this.#progress.recovered()) this.#hasResumed = true;
    this.interrupt();
  }

  /** Returns a function that makes the record of the released lane; `undefined` if the lane was lost. */
  get release(): ((value: Uint8Array) => Uint8Array) | undefined {
    if (this.#lost.signal.aborted) return undefined;
    return (value) => {
      this.#progress.adopt(decodeLane(value));
      return encodeLane(this.#progress.record(""));
    };
  }

  async #run(): Promise<void> {
    // The coordinator counts the claim as held only after `Claim.start` has returned.
    await Promise.resolve();
    for (let failures = 0; !this.#isStopping;) {
      this.#pass = new AbortController();
      const { signal } = this.#pass;
      const positionBefore = this.#progress.position;
      try {
        if (this.#progress.setPaused(this.#isPaused) === "resumed") this.#hasResumed = true;
        if (this.#saver.isDirty) this.#saver.changed();
        if (this.#isIdle()) await untilAborted(signal);
        else await this.#work(signal);
      } catch (error) {
        if (signal.aborted || this.#stopIfFinal(error)) continue;
        this.#context.report(error);
        failures = this.#progress.position === positionBefore ? failures + 1 : 1;
        const { environment } = this.#context;
        await sleep(environment, halfJitter(failures, environment.random()), signal);
      }
    }
    this.#attempts.stop();
    this.#turns.stop();
    await this.#saver.stop();
  }

  /**
   * Whether the lane must wait for a change, because it is paused, has failed or is not held. The claim table stops a
   * lane that is no longer held.
   */
  #isIdle(): boolean {
    return this.#isPaused || this.#progress.failure !== undefined || !this.#isHeld();
  }

  get #isPaused(): boolean {
    return this.#context.definition().paused;
  }

  #isHeld(): boolean {
    return this.#context.coordinator.holds(this.#claim);
  }

  /**
   * Stops the lane if a further pass cannot fix the error. The lane keeps its owner. Returns whether the lane has
   * stopped.
   */
  #stopIfFinal(error: unknown): boolean {
    const cause = error instanceof LaneStopped ? error.cause : error;
    const isFinal = error instanceof LaneStopped || FINAL_CODES.some((code) => isAetherError(error, code));
    if (!isFinal) return false;
    if (!(error instanceof LaneStopped)) this.#context.report(error);
    const code = isAetherError(cause) ? cause.code : "stopped";
    const message = messageOf(cause).slice(0, MAX_ERROR_LENGTH);
    this.#progress.failed({ code, message, at: this.#context.environment.wallTime() });
    this.#saver.changed();
    return true;
  }

  /** One pass: handles the waiting events of redriven actors, then the events after the mark, until the pass ends. */
  async #work(signal: AbortSignal): Promise<void> {
    const { log, namespace, environment } = this.#context;
    if (this.#savesEachEvent || this.#hasResumed) await this.#saver.flush();
    if (this.#hasResumed && this.#saver.isDirty) return sleep(environment, halfJitter(1, environment.random()), signal);
    this.#hasResumed = false;
    const { mark } = this.#progress;
    if (mark !== undefined) await checkMark(log, namespace, mark, signal);
    for (const { actorId } of this.#progress.redriven) {
      await redriveActor(log, actorId, {
        progress: this.#progress,
        isWanted: this.#events.isWanted,
        handle: (event) => this.#handle(event, signal),
        onProgress: () => this.#saveProgress(),
        report: this.#context.report,
      }, signal);
      if (signal.aborted) return;
    }
    await this.#follow(signal);
  }

  async #follow(signal: AbortSignal): Promise<void> {
    const { log, options, namespace } = this.#context;
    const { mark } = this.#progress;
    const actors = options.actors as ActorPattern | undefined;
    const { partition } = this.#events;
    const followed = log.follow({ ...rangeAfter(mark), actors, partition, progress: true }, signal);
    for await (const item of iterateUntilAborted(followed, signal)) {
      if (signal.aborted) return;
      if (item !== "caughtUp" && !await this.#handlePage(item, mark, signal)) return;
      this.#advanceMark(followed.through);
    }
    if (signal.aborted) return;
    throw new UnavailableError(
      `Cannot follow namespace "${namespace}" any further: the storage ended the iteration. The lane retries`,
    );
  }

  /** Moves the mark past unwanted commits, whose events the storage does not return. */
  #advanceMark(place: CommitPlace | undefined): void {
    if (place === undefined) return;
    this.#progress.passedThrough(place);
    if (this.#saver.isDirty) this.#saver.changed();
  }

  /** @returns Whether the pass continues with the next page. */
  async #handlePage(page: Page, after: Mark | undefined, signal: AbortSignal): Promise<boolean> {
    for (const event of page) {
      // An operator may have changed the mark in the meantime. This pass must not move the new mark.
      if (signal.aborted) return false;
      // A driver returns whole commits. Some of their events may be done already.
      if (after !== undefined && !comesAfter(event.position, after.position)) continue;
      const mustHandle = this.#events.isWanted(event) && !this.#progress.isParked(event.actorId);
      if (mustHandle) {
        const done = this.#handle(event, signal);
        if (done !== true && !await done) return false;
      }
      this.#progress.passed(event);
      if (mustHandle && this.#savesEachEvent) await this.#saver.flush();
      else this.#saver.changed();
      const turn = this.#turns.next(signal);
      if (turn !== undefined) await turn;
    }
    return !signal.aborted;
  }

  /**
   * Handles an event.
   *
   * @returns Whether the event is done, and no operator has reset the lane in the meantime.
   */
  #handle(event: RecordedEvent, signal: AbortSignal): boolean | Promise<boolean> {
    const { resets } = this.#progress;
    const done = this.#handleWhenDue(event, signal);
    return typeof done === "boolean" ? done : done.then((isDone) => isDone && resets === this.#progress.resets);
  }

  #handleWhenDue(event: RecordedEvent, signal: AbortSignal): boolean | Promise<boolean> {
    const { delay } = this.#context.options;
    if (delay > 0) return this.#handleLater(event, delay, signal);
    if (signal.aborted || !this.#isHeld()) return false;
    return this.#attempts.handle(event, signal);
  }

  async #handleLater(event: RecordedEvent, delay: number, signal: AbortSignal): Promise<boolean> {
    const { environment } = this.#context;
    const wait = event.timestamp + delay - environment.wallTime();
    if (wait > 0) await sleep(environment, wait, signal);
    if (signal.aborted || !this.#isHeld()) return false;
    return await this.#attempts.handle(event, signal);
  }

  async #saveProgress(): Promise<void> {
    if (this.#savesEachEvent) await this.#saver.flush();
    else this.#saver.changed();
  }

  /** Whether the progress is saved after each event, before the next event is handled. */
  get #savesEachEvent(): boolean {
    return this.#context.options.saveEvery === 0;
  }
}
