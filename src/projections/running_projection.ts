import type { Position } from "../base/position.ts";
import { throwLater } from "../base/throw_later.ts";
import { checkOptions } from "../checks/check_options.ts";
import { checkSignalOption } from "../checks/check_signal_option.ts";
import type { AetherError } from "../errors/aether_error.ts";
import { AbortError } from "../errors/abort_error.ts";
import { ClosedError } from "../errors/closed_error.ts";
import { isAetherError } from "../errors/is_aether_error.ts";
import { UnknownPositionError } from "../errors/unknown_position_error.ts";
import type { RecordedEvent } from "../events/recorded_event.ts";
import { pauseFor } from "../state/backoff.ts";
import { comesAfter, logIdentityOf, parsePosition } from "../values/position.ts";
import { EventBatches } from "./event_batches.ts";
import {
  checkStoredMark,
  isForward,
  type Mark,
  type MarkParts,
  parseMark,
  toMark,
  verifyMark,
  verifyPosition,
} from "./mark.ts";
import { ModelMisuseError } from "./model_misuse_error.ts";
import { PositionWaits, type WaitOutcome } from "./position_waits.ts";
import type { Projection, ProjectionState, ReachedOptions, ReadModel } from "./projection.ts";
import type { ProjectionSettings } from "./projection_settings.ts";
import type { ProjectionSource } from "./projection_source.ts";

/** Milliseconds of the first pause after a failure. Each further failure without progress doubles the pause. */
const FIRST_PAUSE_MS = 100;
/** Milliseconds of the longest pause: an acceptable delay after a database was repaired. */
const MAX_PAUSE_MS = 10_000;

/**
 * Milliseconds after which the mark moves past unwanted events although no wanted event has arrived. With an older
 * mark, a restart could fail because these events have expired.
 */
const MARK_ONLY_MS = 1_000;

const REACHED_OPTIONS: ReadonlySet<string> = new Set(["signal"]);

/** A running projection. It follows the log, and continues at the mark after each failure. */
export class RunningProjection<V extends RecordedEvent> implements Projection {
  readonly caughtUp: Promise<void>;
  readonly #source: ProjectionSource<V>;
  readonly #model: ReadModel<V>;
  readonly #settings: ProjectionSettings;
  readonly #caughtUp: PromiseWithResolvers<void> = Promise.withResolvers();
  readonly #closing: AbortController = new AbortController();
  readonly #running: Promise<void>;
  readonly #waits: PositionWaits;
  #state: ProjectionState = "catching-up";
  #position: Position | undefined;
  #failure: unknown;
  /** The last error of `apply` or `mark`. */
  #modelFailure: unknown;
  /** Whether the model is known to store marks: see `checkStoredMark`. */
  #storesMark = false;
  #batches: EventBatches<V> | undefined;
  /** The mark of the model; `undefined` for an empty model. */
  #mark: Mark | undefined;
  /** The parts of {@link #mark}. */
  #markParts: MarkParts | undefined;
  /** The position of the mark at which the current subscription began. */
  #subscribedAt: Position | undefined;

  constructor(source: ProjectionSource<V>, model: ReadModel<V>, settings: ProjectionSettings) {
    this.#source = source;
    this.#model = model;
    this.#settings = settings;
    this.#waits = new PositionWaits((position) => verifyPosition(source, position, this.#closing.signal));
    this.caughtUp = this.#caughtUp.promise;
    // A caller that does not await the promise need not handle its rejection: `onError` receives the same error.
    this.caughtUp.catch(() => {});
    this.#running = this.#run();
  }

  get state(): ProjectionState {
    return this.#state;
  }

  get position(): Position | undefined {
    return this.#position;
  }

  async reached(position: Position, options: ReachedOptions = {}): Promise<void> {
    checkOptions(options, REACHED_OPTIONS, "reached");
    const { signal } = options;
    checkSignalOption(signal);
    parsePosition(position);
    await this.#waits.wait(position, () => this.#outcomeOf(position, signal), signal);
  }

  // An arrow function: a caller may pass it without its object.
  readonly close = async (): Promise<void> => {
    this.#closing.abort();
    await this.#batches?.close();
    await this.#running;
  };

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    // `project` returns before the model is called.
    await null;
    for (let pause = FIRST_PAUSE_MS; !signal.aborted;) {
      const before = this.#position;
      try {
        await this.#follow();
      } catch (error) {
        if (signal.aborted) break;
        if (this.#position !== before) pause = FIRST_PAUSE_MS;
        this.#report(error);
        const final = await this.#prepareRetry(error);
        if (final !== undefined) return this.#end(final);
        this.#state = "retrying";
        await pauseFor(pause, signal);
        pause = Math.min(2 * pause, MAX_PAUSE_MS);
      }
    }
    const { namespace } = this.#source;
    this.#end(new ClosedError(`Cannot project namespace "${namespace}" any further: the projection was closed`));
  }

  /**
   * Empties the model if the log was replaced.
   *
   * @returns The error that ends the projection; `undefined` if a retry may succeed.
   */
  async #prepareRetry(error: unknown): Promise<AetherError | undefined> {
    if (error === this.#modelFailure) return error instanceof ModelMisuseError ? error : undefined;
    if (!isAetherError(error) || error.isRetryable) return undefined;
    if (error.code !== "unknown-position") return error;
    if (this.#mark !== undefined) {
      if (this.#model.clear === undefined) return error;
      try {
        await this.#model.clear(this.#mark);
      } catch (failure) {
        this.#report(failure);
        if (failure instanceof ModelMisuseError) return failure;
      }
    }
    this.#position = undefined;
    return undefined;
  }

  /** Applies the events after the model's mark, until the subscription ends or fails. */
  async #follow(): Promise<void> {
    const { eventTypes, after } = this.#settings;
    this.#setMark(await this.#readMark());
    if (this.#markParts !== undefined) await verifyMark(this.#source, this.#markParts, this.#closing.signal);
    if (this.#closing.signal.aborted) return;
    // Unwanted events are not upcast: the event map need not contain their types.
    const raw = eventTypes !== undefined;
    this.#subscribedAt = this.#markParts?.position;
    const subscription = this.#source.subscribe({ after: this.#subscribedAt ?? after, raw });
    const batches = this.#batches = new EventBatches(subscription, this.#settings);
    try {
      this.#setPosition(this.#subscribedAt);
      await this.#applyAll(batches);
    } finally {
      this.#batches = undefined;
      await batches.close();
    }
  }

  async #applyAll(batches: EventBatches<V>): Promise<void> {
    let isCaughtUp = false;
    /** The last received event, if the mark has not moved to it. */
    let lastUnmarked: V | undefined;
    let markedAt = performance.now();
    while (!this.#closing.signal.aborted) {
      const batch = await batches.take(lastUnmarked && MARK_ONLY_MS, isCaughtUp);
      if (batch === undefined) return this.#throwIfStoreClosed();
      lastUnmarked = batch.last ?? lastUnmarked;
      if (lastUnmarked !== undefined && (batch.events.length > 0 || performance.now() - markedAt >= MARK_ONLY_MS)) {
        if (!await this.#apply(batch.events, lastUnmarked)) return;
        lastUnmarked = undefined;
        markedAt = performance.now();
      }
      isCaughtUp = batch.isCaughtUp;
      this.#state = isCaughtUp ? "live" : "catching-up";
      if (isCaughtUp) this.#caughtUp.resolve();
      this.#setPosition(batch.last?.position);
    }
  }

  /**
   * Applies events, and moves the mark to the last received event. If another process has moved the mark of the model,
   * only the events after that mark are applied.
   *
   * @returns `false` if another subscription is necessary, because the mark went back.
   * @throws The error of `apply`, if the mark is not after the mark at which this subscription began either. Another
   * subscription would probably end in the same way.
   */
  async #apply(events: readonly V[], last: V): Promise<boolean> {
    const mark = toMark(last);
    while (!this.#isApplied(last)) {
      const before = this.#mark;
      try {
        const due = events.filter((event) => !this.#isApplied(event));
        const { observer } = this.#source;
        // Without events, only the mark moves: no event is delivered.
        await (observer === undefined || due.length === 0
          ? this.#model.apply(due, mark, before)
          : observer.deliverAll(due, () => this.#model.apply(due, mark, before), { fromSubscription: true }));
      } catch (error) {
        this.#modelFailure = error;
        const current = await this.#readMark();
        if (current === before) throw error;
        if (this.#continueAt(current)) continue;
        this.#position = this.#markParts?.position;
        if (!isForward(this.#subscribedAt, this.#position)) throw error;
        return false;
      }
      if (!this.#storesMark) checkStoredMark(await this.#readMark(), mark, before, this.#source.namespace);
      this.#storesMark = true;
      this.#setMark(mark);
    }
    return true;
  }

  /**
   * Continues at the current mark of the model, after a failed `apply`. Another process has stored this mark, or
   * `apply` has stored it and its reply was lost.
   *
   * @returns `false` if the mark went back: another subscription is then necessary.
   */
  #continueAt(current: Mark | undefined): boolean {
    const previous = this.#markParts?.position;
    this.#setMark(current);
    return isForward(previous, this.#markParts?.position);
  }

  async #readMark(): Promise<Mark | undefined> {
    try {
      return await this.#model.mark();
    } catch (error) {
      this.#modelFailure = error;
      throw error;
    }
  }

  #isApplied({ position }: V): boolean {
    return this.#markParts !== undefined && !comesAfter(position, this.#markParts.position);
  }

  #setMark(mark: Mark | undefined): void {
    this.#markParts = parseMark(mark, this.#source.namespace);
    this.#mark = mark;
  }

  #setPosition(position: Position | undefined): void {
    this.#position = position ?? this.#position;
    this.#waits.changed();
  }

  #outcomeOf(position: Position, signal: AbortSignal | undefined): WaitOutcome {
    if (this.#position !== undefined) {
      if (logIdentityOf(position) !== logIdentityOf(this.#position)) {
        return { error: new UnknownPositionError(this.#source.namespace) };
      }
      if (!comesAfter(position, this.#position)) return "reached";
    }
    if (this.#state === "ended") return { error: this.#failure };
    if (!signal?.aborted) return this.#position === undefined && this.#state === "live" ? "unverified" : "waiting";
    const { namespace } = this.#source;
    const message = `Cannot wait for the projection of namespace "${namespace}": the signal was aborted`;
    return { error: new AbortError(message, { cause: signal.reason }) };
  }

  #report(error: unknown): void {
    const { onError } = this.#settings;
    if (onError === undefined) return throwLater(error);
    try {
      onError(error);
    } catch (failure) {
      throwLater(failure);
    }
  }

  #end(error: unknown): void {
    this.#state = "ended";
    this.#failure = error;
    this.#caughtUp.reject(error);
    this.#waits.changed();
  }

  /** Called after the subscription has ended without an error: the projection or the store was closed. */
  #throwIfStoreClosed(): void {
    if (this.#closing.signal.aborted) return;
    const { namespace } = this.#source;
    throw new ClosedError(`Cannot project namespace "${namespace}" any further: its store was closed. Open it again`);
  }
}
