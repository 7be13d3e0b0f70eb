import { MAX_BACKOFF_MS } from "../base/limits.ts";
import { refuseArgument } from "../checks/refuse_argument.ts";
import type { Environment } from "../coordination/environment.ts";
import type { RecordedEvent } from "../events/recorded_event.ts";
import { isPromise } from "../lifecycle/operation.ts";
import type { NamespaceObserver } from "../observer/namespace_observer.ts";
import type { DerivedMetadata } from "../observer/observer.ts";
import type { CheckedConsumeOptions, FailureAction } from "./consumer_options.ts";
import { CallContext, type EventHandler, type SharedContext } from "./handler_context.ts";
import { errorString, type LaneProgress } from "./lane_progress.ts";
import { sleep } from "./sleep.ts";

/** Milliseconds of work on one event after which the event is stored in the record of the lane. */
const LONG_WORK_MS = 5_000;

/** The parts of a lane that its attempts need. */
export interface AttemptsContext {
  readonly handler: EventHandler;
  readonly options: Pick<CheckedConsumeOptions, "onFailure" | "backoff">;
  readonly environment: Environment;
  readonly progress: LaneProgress;
  readonly shared: SharedContext;
  /** Whether this process owns the lane now. */
  readonly isHeld: () => boolean;
  /** Called after a change of `progress`. */
  readonly onChange: () => void;
  readonly report: (error: unknown, event: RecordedEvent) => void;
}

/** Thrown if the lane must stop: see `LaneFailure`. The `cause` is the reason. */
export class LaneStopped extends Error {
  override readonly name = "LaneStopped";
}

/** The attempts for an event that were made before its pass was interrupted. */
interface Interrupted {
  readonly version: number;
  /** The number of resets of the lane at the first attempt. */
  readonly resets: number;
  readonly attempt: number;
  /** The time of the first attempt, by the wall clock. */
  readonly since: number;
}

const FAILURE_ACTIONS: readonly FailureAction[] = ["retry", "park", "skip", "stop"];

/** Calls the handler for one event after the other, repeats failed calls, and applies the action of `onFailure`. */
export class EventAttempts {
  readonly #context: AttemptsContext;
  /** The event on which an asynchronous or repeated call of the handler works. */
  #event: RecordedEvent | undefined;
  #attempt = 0;
  /** The error of the last attempt. */
  #error: string | undefined;
  /** The time of the first attempt, by the wall clock. */
  #since = 0;
  /** The number of resets of the lane at the first attempt. */
  #resets = 0;
  #cancelTimer: (() => void) | undefined;
  /** The events that are tried again in a later pass, by actor id. */
  readonly #interrupted: Map<string, Interrupted> = new Map();

  constructor(context: AttemptsContext) {
    this.#context = context;
  }

  /**
   * Handles an event, unless an operator has skipped it. The result is synchronous if the handler is synchronous and does
   * not throw.
   *
   * @param signal If aborted, no further attempt is made.
   * @returns Whether the event is done: handled, skipped or parked.
   * @throws {LaneStopped} If the lane must stop.
   */
  handle(event: RecordedEvent, signal: AbortSignal): boolean | Promise<boolean> {
    const before = this.#interrupted.size === 0 ? undefined : this.#takeInterrupted(event);
    if (this.#context.progress.isSkipped(event)) return true;
    try {
      const result = this.#call(event, 1 + (before?.attempt ?? 0));
      return isPromise(result) ? this.#settle(event, result, signal, before) : true;
    } catch (error) {
      return this.#settle(event, Promise.reject(error), signal, before);
    }
  }

  /** Ends the timer. */
  stop(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  #call(event: RecordedEvent, attempt: number): unknown {
    const { handler, shared } = this.#context;
    const { observer, consumer } = shared;
    return observer === undefined
      ? handler(event, new CallContext(event, attempt, shared))
      : this.#callObserved(observer, event, { consumer, attempt });
  }

  #callObserved(
    observer: NamespaceObserver,
    event: RecordedEvent,
    facts: { readonly consumer: string; readonly attempt: number },
  ): unknown {
    const { handler, shared } = this.#context;
    const work = (derived: DerivedMetadata | undefined) => {
      return handler(event, new CallContext(event, facts.attempt, shared, derived));
    };
    return observer.deliver(event, work, facts);
  }

  #takeInterrupted({ actorId, version }: RecordedEvent): Interrupted | undefined {
    const interrupted = this.#interrupted.get(actorId);
    this.#interrupted.delete(actorId);
    const isSame = interrupted?.version === version && interrupted.resets === this.#context.progress.resets;
    return isSame ? interrupted : undefined;
  }

  async #settle(
    event: RecordedEvent,
    result: PromiseLike<unknown>,
    signal: AbortSignal,
    before: Interrupted | undefined,
  ): Promise<boolean> {
    this.#begin(event, before);
    try {
      await result;
      return true;
    } catch (error) {
      return await this.#retry(event, error, signal);
    } finally {
      this.#event = undefined;
    }
  }

  async #retry(event: RecordedEvent, error: unknown, signal: AbortSignal): Promise<boolean> {
    const { environment, progress, report, isHeld } = this.#context;
    for (;; this.#attempt++) {
      this.#error = errorString(error);
      report(error, event);
      if (signal.aborted) return this.#interrupt(event);
      const action = this.#decide(event, error);
      if (action === "skip") return true;
      if (action === "park" && progress.park(event, error, environment.wallTime())) return true;
      this.#storeWork();
      if (action === "stop") throw new LaneStopped("onFailure returned stop", { cause: error });
      await sleep(environment, this.#backoff(error), signal);
      if (signal.aborted || !isHeld()) return this.#interrupt(event);
      try {
        await this.#call(event, this.#attempt + 1);
        return true;
      } catch (nextError) {
        error = nextError;
      }
    }
  }

  /** Ends the attempts of this pass. If this process still owns the lane, the next pass calls the handler again. */
  #interrupt({ actorId, version }: RecordedEvent): false {
    this.#interrupted.set(actorId, { version, resets: this.#resets, attempt: this.#attempt, since: this.#since });
    return false;
  }

  #decide(event: RecordedEvent, error: unknown): FailureAction {
    const { onFailure } = this.#context.options;
    return this.#callOption(error, () => {
      const action = onFailure({ error, event, attempt: this.#attempt });
      if (FAILURE_ACTIONS.includes(action)) return action;
      return refuseArgument("the result of onFailure", FAILURE_ACTIONS.map((name) => `"${name}"`).join(" or "), action);
    });
  }

  #backoff(error: unknown): number {
    const { environment, options: { backoff } } = this.#context;
    return this.#callOption(error, () => {
      const pause = backoff(this.#attempt, environment.random());
      if (typeof pause === "number" && pause >= 0 && pause <= MAX_BACKOFF_MS) return pause;
      return refuseArgument("the result of backoff", `milliseconds, a number from 0 to ${MAX_BACKOFF_MS}`, pause);
    });
  }

  /**
   * Calls a function of the options. If the function fails, the lane stops, because the decision of the function is
   * unknown.
   */
  #callOption<T>(error: unknown, call: () => T): T {
    try {
      return call();
    } catch (failure) {
      throw new LaneStopped("a function of the options failed", { cause: failure ?? error });
    }
  }

  #begin(event: RecordedEvent, before: Interrupted | undefined): void {
    const { environment, progress } = this.#context;
    this.#event = event;
    this.#resets = progress.resets;
    this.#attempt = 1 + (before?.attempt ?? 0);
    this.#error = undefined;
    this.#since = before?.since ?? environment.wallTime();
    this.#cancelTimer ??= environment.schedule(LONG_WORK_MS, () => this.#checkDuration());
  }

  /**
   * Stores the current event in the record of the lane if its handler has worked on it for long. One timer serves all
   * events.
   */
  #checkDuration(): void {
    const { environment } = this.#context;
    this.#cancelTimer = undefined;
    if (this.#event === undefined) return;
    const left = this.#since + LONG_WORK_MS - environment.wallTime();
    if (left > 0) this.#cancelTimer = environment.schedule(left, () => this.#checkDuration());
    else this.#storeWork();
  }

  #storeWork(): void {
    const { actorId, version, type } = this.#event!;
    const [attempt, since, error] = [this.#attempt, this.#since, this.#error];
    this.#context.progress.working({ actorId, version, type, attempt, since, error });
    this.#context.onChange();
  }
}
