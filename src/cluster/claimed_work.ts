import { type Claim, type ClaimCodec, OWNER_ONLY, type StopReason } from "../coordination/claim.ts";
import type { Coordinator } from "../coordination/coordinator.ts";
import type { Environment } from "../coordination/environment.ts";
import { AbortError } from "../errors/abort_error.ts";
import type { ObserverGuard } from "../observer/observer_guard.ts";
import { onAbort } from "../lifecycle/on_abort.ts";
import type { Term } from "./cluster.ts";

/** The outcome of the work of one term. */
export interface WorkOutcome {
  /** Whether the work ended by itself, neither by its signal nor by a lost claim. */
  readonly isOwn: boolean;
  /** The value that it returned. */
  readonly result?: unknown;
  /** The error that it threw. */
  readonly failure?: { readonly error: unknown };
}

/**
 * The next step after work has ended. `"forget"`: the claim is no longer wanted. `"repeat"`: the work starts again once
 * the claim is owned again. `"rest"`: nothing runs for the rest of the term. A number: the work starts again after this
 * many milliseconds.
 */
export type AfterWork = "forget" | "repeat" | "rest" | number;

/** Work that one node at a time runs. */
export interface WorkDefinition {
  readonly key: string;
  /** Its name in errors, such as `the leader "nightly"`. */
  readonly title: string;
  isWanted(): boolean;
  run(term: Term): unknown;
  ended(outcome: WorkOutcome): AfterWork;
}

/** The environment of claimed work. */
export interface WorkContext {
  readonly coordinator: Coordinator;
  readonly environment: Environment;
  /** Milliseconds that work may take to end after its signal was aborted. Longer work is reported. */
  readonly patience: number;
  report(error: unknown): void;
  /** Absent if the backend has no observer. */
  readonly observer?: ObserverGuard | undefined;
}

/** A claim whose work is a function of the application. */
export class ClaimedWork implements Claim {
  readonly codec: ClaimCodec = OWNER_ONLY;
  readonly key: string;
  readonly #definition: WorkDefinition;
  readonly #context: WorkContext;
  #abort: AbortController = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(definition: WorkDefinition, context: WorkContext) {
    this.key = definition.key;
    this.#definition = definition;
    this.#context = context;
  }

  /** Resolves when no work is running. */
  get settled(): Promise<void> {
    return this.#running;
  }

  isWanted(): boolean {
    return this.#definition.isWanted();
  }

  start(term: number): void {
    this.#abort = new AbortController();
    this.#running = this.#run(term, this.#abort.signal);
  }

  stop(reason: StopReason): void {
    const state = reason === "lost" ? "another node may own it now" : "it is being released";
    this.#abort.abort(new AbortError(`Cannot go on with the work of ${this.#definition.title}: ${state}`));
  }

  async #run(term: number, signal: AbortSignal): Promise<void> {
    // The claim must not settle inside the call that started it.
    await Promise.resolve();
    let after: AfterWork;
    do {
      after = this.#definition.ended(await this.#runOnce(term, signal));
      if (after === "rest") await this.#pause(Infinity, signal);
      else if (typeof after === "number") await this.#pause(after, signal);
    } while (typeof after === "number" && !signal.aborted);
    this.#context.coordinator.settle(this, { done: after === "forget" });
  }

  async #runOnce(term: number, signal: AbortSignal): Promise<WorkOutcome> {
    if (signal.aborted) return { isOwn: false };
    const isHeld = () => !signal.aborted && this.#context.coordinator.holds(this);
    const given: Term = {
      term,
      signal,
      get held() {
        return isHeld();
      },
    };
    const overdue = this.#reportOverdue(signal);
    try {
      const result = await this.#definition.run(given);
      return { isOwn: isHeld(), result };
    } catch (error) {
      return { isOwn: isHeld(), failure: { error } };
    } finally {
      overdue[Symbol.dispose]();
    }
  }

  /** Other nodes wait for work that does not end. */
  #reportOverdue(signal: AbortSignal): Disposable {
    const { environment, patience, report } = this.#context;
    const { title } = this.#definition;
    let cancel = () => {};
    const release = onAbort(signal, () => {
      cancel = environment.schedule(patience, () => {
        const state = `its work has not ended ${patience} ms after its signal was aborted`;
        report(new Error(`Cannot release ${title}: ${state}. End the work when its signal is aborted`));
      });
    });
    return {
      [Symbol.dispose]: () => {
        release();
        cancel();
      },
    };
  }

  async #pause(milliseconds: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const over = Promise.withResolvers<void>();
    const release = onAbort(signal, over.resolve);
    const cancel = milliseconds === Infinity
      ? undefined
      : this.#context.environment.schedule(milliseconds, over.resolve);
    await over.promise;
    release();
    cancel?.();
  }
}
