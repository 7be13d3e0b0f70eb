import { freezeClass } from "../base/freeze_class.ts";
import { isPromise } from "../lifecycle/operation.ts";
import { copyDerivedMetadata } from "./derived_metadata.ts";
import type {
  DerivedMetadata,
  Measurement,
  Observation,
  ObservedOperation,
  Observer,
  OperationOutcome,
  StartedOperation,
} from "./observer.ts";

/** Calls an observer, and keeps its failures from operations. Reports the first failure. */
export class ObserverGuard {
  /** See `ObservedOperation.backend`. */
  readonly backend: object = Object.freeze({});
  readonly #observer: Observer;
  readonly #report: (error: Error) => void;
  #hasFailed = false;

  /** @param report Receives the first failure of the observer. Never throws. */
  constructor(observer: Observer, report: (error: Error) => void) {
    this.#observer = observer;
    this.#report = report;
  }

  /** Starts an operation. */
  start(operation: ObservedOperation): StartedOperation {
    const observation = this.#call(() => this.#toObservation(this.#observer.start?.(operation)));
    if (observation === undefined) return new GuardedObservation(this, undefined, undefined);
    return new GuardedObservation(this, observation, this.#call(() => this.#derived(observation.metadata)));
  }

  /** Reports a value to the observer. */
  measure(
    { source = this.backend, ...value }: Omit<Measurement, "source"> & Partial<Pick<Measurement, "source">>,
  ): void {
    this.call(() => this.#observer.measure?.({ ...value, source }));
  }

  /** Calls the observer. A promise that it returns is not awaited; its rejection is a failure. */
  call(work: () => unknown): void {
    this.#call(() => this.#watch(work()));
  }

  /** Reports a failure of the observer, if it is the first. */
  fail(error: unknown): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    this.#report(toError(error));
  }

  /** Calls foreign code. All uses of its result belong in `work`: a getter or a proxy of the result may throw too. */
  #call<T>(work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      this.fail(error);
      return undefined;
    }
  }

  #toObservation(result: unknown): Observation | undefined {
    if (result === undefined || result === null) return undefined;
    if (typeof result === "object" && !isPromise(result)) return result;
    this.fail(new TypeError("Observer.start must return an observation or undefined, without a promise"));
    this.#watch(result);
    return undefined;
  }

  /** Takes the rejection of a promise as a failure. */
  #watch(result: unknown): void {
    if (!isPromise(result)) return;
    // A promise of its own: `Promise.resolve` could return the observer's promise, whose members may throw.
    new Promise((resolve) => resolve(result)).catch((error) => this.fail(error));
  }

  #derived(metadata: DerivedMetadata | undefined): DerivedMetadata | undefined {
    if (metadata === undefined) return undefined;
    return copyDerivedMetadata(metadata, (key) => {
      this.fail(
        new TypeError(
          `Observation.metadata.${key} must be a string of 1 to 512 characters, in the form of the W3C for a trace`,
        ),
      );
    });
  }
}

function toError(error: unknown): Error {
  try {
    if (error instanceof Error) return error;
  } catch {
    // The prototype of a proxy could not be read.
  }
  return new Error("The observer failed", { cause: error });
}

/** An observation whose methods do not throw. */
class GuardedObservation implements StartedOperation {
  /** Metadata for events that have no such keys. */
  readonly metadata: DerivedMetadata | undefined;
  readonly #guard: ObserverGuard;
  readonly #observation: Observation | undefined;

  constructor(guard: ObserverGuard, observation: Observation | undefined, metadata: DerivedMetadata | undefined) {
    this.#guard = guard;
    this.#observation = observation;
    this.metadata = metadata;
  }

  /** Runs the work once, in the context of the operation if the observer has one. */
  run<T>(work: () => T): T {
    const observation = this.#observation;
    if (observation === undefined) return work();
    let ending: Ending<T> | undefined;
    const once = () => {
      ending ??= endingOf(work);
    };
    this.#guard.call(() => observation.run === undefined ? once() : observation.run(once));
    if (ending === undefined) this.#guard.fail(new TypeError("Observation.run must call its argument synchronously"));
    once();
    return resultOf(ending!);
  }

  /** Ends the operation. */
  end(outcome: OperationOutcome): void {
    const observation = this.#observation;
    if (observation !== undefined) this.#guard.call(() => observation.end?.(outcome));
  }
}

freezeClass(GuardedObservation);

/** How work ended. */
type Ending<T> = { readonly result: T } | { readonly error: unknown };

function endingOf<T>(work: () => T): Ending<T> {
  try {
    return { result: work() };
  } catch (error) {
    return { error };
  }
}

function resultOf<T>(ending: Ending<T>): T {
  if ("error" in ending) throw ending.error;
  return ending.result;
}
