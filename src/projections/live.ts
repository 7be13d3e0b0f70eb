import type { RecordedEvent } from "../events/recorded_event.ts";
import { requireFunction } from "../checks/check_function.ts";
import { checkOptions } from "../checks/check_options.ts";
import type { Mark } from "./mark.ts";
import { refusePromise } from "./model_misuse_error.ts";
import { toProjectionSettings } from "./project.ts";
import type { Projection, ProjectOptions, ReadModel } from "./projection.ts";
import { checkSource, type ProjectionSource } from "./projection_source.ts";
import { RunningProjection } from "./running_projection.ts";

/** Options of {@link live}. */
export interface LiveOptions<V extends RecordedEvent, S> extends Omit<ProjectOptions<NoInfer<V["type"]>>, "batch"> {
  /** Returns the initial value. Called at the start, and again if the log was replaced. */
  readonly initial: () => S;
  /** Returns the value after an event. It must not change the value that it receives. */
  readonly evolve: (value: S, event: V) => S;
}

/** A running projection into memory: see {@link live}. */
export interface LiveProjection<S> extends Projection {
  /** The value after the events up to {@link Projection.position}. Readers must not change it. */
  readonly value: S;
}

const LIVE_OPTIONS: ReadonlySet<string> = new Set(["initial", "evolve", "types", "actors", "after", "onError"]);

/**
 * Keeps a value in memory up to date with the events of a namespace. It stores nothing: each process replays the log
 * when it starts. Use it for a model that fits into memory and a log that a process reads in an acceptable time.
 *
 * @param store The events.
 * @param options See {@link LiveOptions}.
 * @returns The running projection with its value. Await `caughtUp` before the first read.
 * @throws {InvalidArgumentError} If the store or an option is not valid, or `initial` returns a promise.
 * @throws {InvalidPatternError} If `actors` is not a pattern.
 *
 * @example
 * ```ts
 * import { memory } from "@flowmade-one/aether/memory";
 * import { live } from "@flowmade-one/aether/projections";
 * import { assertEquals } from "@std/assert";
 *
 * const store = memory().store("shop");
 * await store.append("order.1", [{ type: "Placed", data: {} }], { expectedVersion: 0 });
 * await using orders = live(store, { initial: () => 0, evolve: (count) => count + 1, types: ["Placed"] });
 * await orders.caughtUp;
 * assertEquals(orders.value, 1);
 * ```
 */
export function live<V extends RecordedEvent, S>(
  store: ProjectionSource<V>,
  options: LiveOptions<V, S>,
): LiveProjection<S> {
  checkOptions(options, LIVE_OPTIONS, "live");
  checkSource(store);
  const { initial, evolve, types, actors, after, onError } = options;
  requireFunction(initial, "initial");
  requireFunction(evolve, "evolve");
  const model = new MemoryModel<V, S>(initial, evolve);
  return new RunningLiveProjection(store, model, toProjectionSettings({ types, actors, after, onError }, store.events));
}

const PROMISE_OF_INITIAL = "Cannot use a promise as the value: initial must be synchronous. Return the value itself";
const PROMISE_OF_EVOLVE = "Cannot use a promise as the value: evolve must be synchronous. Return the value itself";

/** A value and its mark, in memory only. */
class MemoryModel<V extends RecordedEvent, S> implements ReadModel<V> {
  readonly #initial: () => S;
  readonly #evolve: (value: S, event: V) => S;
  value: S;
  #mark: Mark | undefined;

  constructor(initial: () => S, evolve: (value: S, event: V) => S) {
    this.#initial = initial;
    this.#evolve = evolve;
    this.value = this.#start();
  }

  mark(): Mark | undefined {
    return this.#mark;
  }

  apply(events: readonly V[], mark: Mark): void {
    let { value } = this;
    for (const event of events) {
      value = this.#evolve(value, event);
      refusePromise(value, "evolve", PROMISE_OF_EVOLVE);
    }
    this.value = value;
    this.#mark = mark;
  }

  clear(): void {
    this.value = this.#start();
    this.#mark = undefined;
  }

  #start(): S {
    const value = this.#initial();
    refusePromise(value, "initial", PROMISE_OF_INITIAL);
    return value;
  }
}

class RunningLiveProjection<V extends RecordedEvent, S> extends RunningProjection<V> implements LiveProjection<S> {
  readonly #model: MemoryModel<V, S>;

  constructor(
    source: ProjectionSource<V>,
    model: MemoryModel<V, S>,
    settings: ConstructorParameters<typeof RunningProjection<V>>[2],
  ) {
    super(source, model, settings);
    this.#model = model;
  }

  get value(): S {
    return this.#model.value;
  }
}
