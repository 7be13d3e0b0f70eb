import { type Claim, type ClaimCodec, OWNER_ONLY, type StopReason } from "../coordination/claim.ts";
import type { Coordinator } from "../coordination/coordinator.ts";
import type { Environment } from "../coordination/environment.ts";
import { AbortError } from "../errors/abort_error.ts";
import type { MeasurementName, ObservedOperation } from "../observer/observer.ts";
import type { ObserverGuard } from "../observer/observer_guard.ts";
import { onAbort } from "../lifecycle/on_abort.ts";
import type { Term } from "./cluster.ts";

/** The outcome of one run of the work. */
export interface WorkOutcome {
  /** Whether the work ended before its signal was aborted and while this node owned the claim. */
  readonly endedByItself: boolean;
  /** The value that the work returned. */
  readonly result?: unknown;
  /** The error that the work threw. */
  readonly failure?: { readonly error: unknown };
}

/**
 * The next step after work has ended.
 *
 * - `"withdraw"`: this node releases the claim and does not want it again.
 * - `"next-term"`: this term ends. The work starts again when this node owns the claim again.
 * - `"idle"`: this node keeps the claim. No work runs until the end of the term.
 * - A number: the work starts again in this term, after this number of milliseconds.
 */
export type AfterWork = "withdraw" | "next-term" | "idle" | number;

/** Work that runs on one node at a time. */
export interface WorkDefinition {
  readonly key: string;
  /** The name of the work in errors, such as `the leader "nightly"`. */
  readonly title: string;
  /** The operation that the observer receives for each run of the work. */
  readonly operation: Pick<ObservedOperation, "name" | "group" | "shard">;
  /** Whether this node is to run the work. */
  isWanted(): boolean;
  run(term: Term): unknown;
  /** Called when a run has ended. Returns the next step. */
  ended(outcome: WorkOutcome): AfterWork;
}

/** The parts of a cluster node that claimed work uses. */
export interface WorkContext {
  readonly coordinator: Coordinator;
  readonly environment: Environment;
  /** Milliseconds that work may take to end after its signal was aborted. Work that takes longer is reported. */
  readonly endTimeout: number;
  report(error: unknown): void;
  /** Absent if the backend has no observer. */
  readonly observer?: ObserverGuard | undefined;
  /** Reports a measurement of this node to the observer, if there is one. */
  measure(name: MeasurementName, value: number, group?: string): void;
}

/** A claim on a leadership or a shard. Its work is a function of the application. */
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
    this.#abort.abort(new AbortError(`Cannot continue the work of ${this.#definition.title}: ${state}`));
  }

  async #run(term: number, signal: AbortSignal): Promise<void> {
    // `coordinator.settle` must not be called before `Claim.start` has returned.
    await Promise.resolve();
    let after: AfterWork;
    do {
      after = this.#definition.ended(await this.#runOnce(term, signal));
      if (after === "idle") await this.#pause(Infinity, signal);
      else if (typeof after === "number") await this.#pause(after, signal);
    } while (typeof after === "number" && !signal.aborted);
    this.#context.coordinator.settle(this, { done: after === "withdraw" });
  }

  async #runOnce(term: number, signal: AbortSignal): Promise<WorkOutcome> {
    if (signal.aborted) return { endedByItself: false };
    const isHeld = () => !signal.aborted && this.#context.coordinator.holds(this);
    const ownTerm: Term = {
      term,
      signal,
      get held() {
        return isHeld();
      },
    };
    const { observer } = this.#context;
    const { operation } = this.#definition;
    const observation = observer?.start({ ...operation, term, backend: observer.backend });
    const overdueReport = this.#reportOverdue(signal);
    try {
      const run = () => this.#definition.run(ownTerm);
      const result = await (observation === undefined ? run() : observation.run(run));
      observation?.end({ failed: false });
      return { endedByItself: isHeld(), result };
    } catch (error) {
      observation?.end({ failed: true, error });
      return { endedByItself: isHeld(), failure: { error } };
    } finally {
      overdueReport[Symbol.dispose]();
    }
  }

  /**
   * Reports work that does not end within `endTimeout` after its signal was aborted, because other nodes wait for its
   * end. Disposal cancels the report.
   */
  #reportOverdue(signal: AbortSignal): Disposable {
    const { environment, endTimeout, report } = this.#context;
    const { title } = this.#definition;
    let cancel = () => {};
    const release = onAbort(signal, () => {
      cancel = environment.schedule(endTimeout, () => {
        const state = `its work has not ended ${endTimeout} ms after its signal was aborted`;
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
    const ended = Promise.withResolvers<void>();
    const release = onAbort(signal, ended.resolve);
    const cancel = milliseconds === Infinity
      ? undefined
      : this.#context.environment.schedule(milliseconds, ended.resolve);
    await ended.promise;
    release();
    cancel?.();
  }
}
