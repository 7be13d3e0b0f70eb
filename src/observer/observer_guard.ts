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

/** Calls an observer. A failure of the observer does not affect the operation. The first failure is reported. */
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

  /** Calls code of the observer. All uses of its result belong in `work`: a getter or a proxy may throw too. */
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
    this.fail(new TypeError("Observer.start must return an observation or undefined, not a promise"));
    this.#watch(result);
    return undefined;
  }

  /** Treats the rejection of a promise as a failure of the observer. */
  #watch(result: unknown): void {
    if (!isPromise(result)) return;
    // Not `Promise.resolve`: it could return the observer's own promise, whose members may throw.
    new Promise((resolve) => resolve(result)).catch((error) => this.fail(error));
  }

  #derived(metadata: DerivedMetadata | undefined): DerivedMetadata | undefined {
    if (metadata === undefined) return undefined;
    return copyDerivedMetadata(metadata, (key) => {
      this.fail(
        new TypeError(
          `Observation.metadata.${key} must be a string of 1 to 512 characters. A trace must have the W3C format`,
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
    let result: WorkResult<T> | undefined;
    const once = () => {
      result ??= resultOf(work);
    };
    this.#guard.call(() => observation.run === undefined ? once() : observation.run(once));
    if (result === undefined) this.#guard.fail(new TypeError("Observation.run must call its argument synchronously"));
    once();
    return unwrap(result!);
  }

  /** Ends the operation. */
  end(outcome: OperationOutcome): void {
    const observation = this.#observation;
    if (observation !== undefined) this.#guard.call(() => observation.end?.(outcome));
  }
}

freezeClass(GuardedObservation);

/** The result of work, or the error that it threw. */
type WorkResult<T> = { readonly result: T } | { readonly error: unknown };

function resultOf<T>(work: () => T): WorkResult<T> {
  try {
    return { result: work() };
  } catch (error) {
    return { error };
  }
}

function unwrap<T>(result: WorkResult<T>): T {
  if ("error" in result) throw result.error;
  return result.result;
}
