import type { Namespace } from "../base/namespace.ts";
import { freezeClass } from "../base/freeze_class.ts";
import { isPromise } from "../lifecycle/operation.ts";
import type {
  DerivedMetadata,
  HandledEvent,
  MeasurementName,
  OperationFacts,
  OperationOutcome,
  StartedOperation,
} from "./observer.ts";
import type { ObserverGuard } from "./observer_guard.ts";

/**
 * Reports the operations of one namespace to the backend's observer. Code that holds this object cannot report
 * operations of another namespace. No method throws an error of the observer.
 */
export class NamespaceObserver {
  readonly #namespace: Namespace;
  readonly #guard: ObserverGuard;

  /** Only the backend creates instances. */
  constructor(namespace: Namespace, guard: ObserverGuard) {
    this.#namespace = namespace;
    this.#guard = guard;
  }

  /** Starts an operation, which the caller ends. */
  start(facts: OperationFacts): StartedOperation {
    return this.#guard.start({ ...facts, namespace: this.#namespace, backend: this.#guard.backend });
  }

  /**
   * Runs asynchronous work as an operation.
   *
   * @param work Receives the metadata that the observer adds to events.
   * @param describe Returns facts of a result for the observer. It may return `failed: true`.
   * @returns The result of the work.
   */
  async run<T>(
    facts: OperationFacts,
    work: (metadata: DerivedMetadata | undefined) => Promise<T>,
    describe: (result: T) => Partial<OperationOutcome>,
  ): Promise<T> {
    const observation = this.start(facts);
    try {
      const result = await observation.run(() => work(observation.metadata));
      observation.end({ failed: false, ...describe(result) });
      return result;
    } catch (error) {
      observation.end({ failed: true, error });
      throw error;
    }
  }

  /** Runs synchronous work as an operation. See {@link NamespaceObserver.run}. */
  runSync<T>(
    facts: OperationFacts,
    work: (metadata: DerivedMetadata | undefined) => T,
    describe: (result: T) => Partial<OperationOutcome>,
  ): T {
    const observation = this.start(facts);
    try {
      const result = observation.run(() => work(observation.metadata));
      observation.end({ failed: false, ...describe(result) });
      return result;
    } catch (error) {
      observation.end({ failed: true, error });
      throw error;
    }
  }

  /**
   * Yields items as one operation, which lasts until the iteration ends. Its duration includes the time that the
   * consumer of the items takes.
   */
  async *iterate<T>(facts: OperationFacts, items: AsyncIterator<T, void, void>): AsyncGenerator<T, void, void> {
    const observation = this.start(facts);
    let events = 0;
    let failure: Pick<OperationOutcome, "error"> | undefined;
    try {
      while (true) {
        const { done, value } = await observation.run(() => items.next());
        if (done) return;
        events++;
        yield value;
      }
    } catch (error) {
      failure = { error };
      throw error;
    } finally {
      observation.end({ failed: failure !== undefined, ...failure, events });
      await items.return?.();
    }
  }

  /**
   * Runs a handler on an event as a `"deliver"` operation, which lasts until the handler's promise settles.
   *
   * @param handler Receives the metadata that the observer adds to events that the handler appends.
   * @returns The result of the handler. A thenable is converted to a promise, so that its `then` is called once.
   */
  deliver<T>(
    event: HandledEvent,
    handler: (metadata: DerivedMetadata | undefined) => T,
    facts?: Pick<OperationFacts, "consumer" | "attempt" | "fromSubscription">,
  ): T {
    return this.deliverAll([event], handler, facts);
  }

  /** Runs a handler on several events at once. See {@link NamespaceObserver.deliver}. */
  deliverAll<T>(
    events: readonly HandledEvent[],
    handler: (metadata: DerivedMetadata | undefined) => T,
    facts?: Pick<OperationFacts, "consumer" | "attempt" | "fromSubscription">,
  ): T {
    const [first] = events;
    const actorId = events.length === 1 ? first?.actorId : undefined;
    const handled = Object.freeze(events.map(toHandledEvent));
    const observation = this.start({ name: "deliver", actorId, events: handled, ...facts });
    const done = () => observation.end({ failed: false, events: events.length });
    const failed = (error: unknown) => observation.end({ failed: true, error });
    try {
      const result = observation.run(() => handler(observation.metadata));
      if (!isPromise(result)) {
        done();
        return result;
      }
      const promise: unknown = Promise.resolve(result);
      void (promise as Promise<unknown>).then(done, failed);
      return promise as T;
    } catch (error) {
      failed(error);
      throw error;
    }
  }

  /** Reports a value to the observer. */
  measure(name: MeasurementName, value: number, group?: string): void {
    this.#guard.measure({ name, value, namespace: this.#namespace, group });
  }
}

/** Copies the fields that an observer receives. The data of the event is not one of them. */
function toHandledEvent({ id, type, actorId, metadata }: HandledEvent): HandledEvent {
  return Object.freeze({ id, type, actorId, metadata });
}

freezeClass(NamespaceObserver);
