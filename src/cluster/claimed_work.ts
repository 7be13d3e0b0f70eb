import { type Claim, type ClaimCodec, OWNER_ONLY, type StopReason } from "../coordination/claim.ts";
import type { Coordinator } from "../coordination/coordinator.ts";
import type { Environment } from "../coordination/environment.ts";
import { AbortError } from "../errors/abort_error.ts";
import { onAbort } from "../lifecycle/on_abort.ts";
import type { Term } from "./cluster.ts";

/** How the work of one term ended. */
export interface WorkOutcome {
  /** Whether it ended by itself, and not because it was told to or the ownership was lost. */
  readonly isOwn: boolean;
  /** What it returned. */
  readonly result?: unknown;
  /** What it threw. */
  readonly failure?: { readonly error: unknown };
}

/**
 * What comes after work that has ended. `"forget"`: it is not wanted any more. `"repeat"`: it begins again when it is owned
 * again. `"rest"`: nothing runs for the rest of the term. A number: it begins again after so many milliseconds.
 */
export type AfterWork = "forget" | "repeat" | "rest" | number;

/** Work that is done by one node at a time. */
export interface WorkDefinition {
  readonly key: string;
  /** As errors name it: `the leader "nightly"`. */
  readonly title: string;
  isWanted(): boolean;
  run(term: Term): unknown;
  ended(outcome: WorkOutcome): AfterWork;
}

/** What claimed work runs in. */
export interface WorkContext {
  readonly coordinator: Coordinator;
  readonly environment: Environment;
  /** Milliseconds after which work that does not end is reported. */
  readonly patience: number;
  report(error: unknown): void;
}

/** A claim whose work is a function of the user. */
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

  /** Resolves when no work goes on. */
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
    const state = reason === "lost" ? "this node may not own it any more" : "it is given back";
    this.#abort.abort(new AbortError(`Cannot go on with the work of ${this.#definition.title}: ${state}`));
  }

  async #run(term: number, signal: AbortSignal): Promise<void> {
    // The claim must not be settled within the call that started it.
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

  /** Others wait for work that does not end. */
  #reportOverdue(signal: AbortSignal): Disposable {
    const { environment, patience, report } = this.#context;
    const { title } = this.#definition;
    let cancel = () => {};
    const release = onAbort(signal, () => {
      cancel = environment.schedule(patience, () => {
        const state = `its work has not ended ${patience} ms after its signal was aborted`;
        report(new Error(`Cannot give back ${title}: ${state}. End the work when its signal is aborted`));
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
