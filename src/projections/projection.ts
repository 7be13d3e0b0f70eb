import type { Position } from "../base/position.ts";
import type { RecordedEvent } from "../events/recorded_event.ts";
import type { Mark } from "./mark.ts";

/** A read model, such as the tables of a database. It stores its mark in the same transaction as its changes. */
export interface ReadModel<V extends RecordedEvent = RecordedEvent> {
  /** Returns the mark that `apply` stored last; `undefined` if the model is empty. */
  mark(): Mark | undefined | Promise<Mark | undefined>;
  /**
   * Applies events, oldest first, and stores the mark, in one transaction. The array is empty if the filter excludes
   * all events up to the mark.
   *
   * @param events At most one batch.
   * @param mark The mark to store.
   * @param before The mark that the model must still have. If it has another one, `apply` must throw and change
   * nothing: another process has applied these events. The projection then continues at the mark of the model.
   */
  apply(events: readonly V[], mark: Mark, before: Mark | undefined): void | Promise<void>;
  /**
   * Empties the model, including its mark, in one transaction. Called if the log does not contain the event of the
   * mark: the log was restored from an older copy, or created again. Without `clear`, the projection then ends with an
   * error.
   *
   * @param before The mark that the model must still have. If it has another one, `clear` must change nothing.
   */
  clear?(before: Mark): void | Promise<void>;
}

/** Options of {@link project}. */
export interface ProjectOptions<T extends string = string> {
  /** Only events of these types; at least one type. The mark also moves past other events. */
  readonly types?: readonly T[] | undefined;
  /** Only actors of this pattern: `order.*`, `user/7`, `>`. The mark also moves past the events of other actors. */
  readonly actors?: string | undefined;
  /** The maximum number of events of one `apply`: 1 to 10,000, by default 500. */
  readonly batch?: number | undefined;
  /**
   * The first event for a model without a mark. `"start"`, the default: the first event of the log; the projection
   * fails if this event has expired. `"oldest-available"`: the oldest event that has not expired.
   */
  readonly after?: "start" | "oldest-available" | undefined;
  /**
   * Called with each error of the model or of the storage, including the error that ends the projection. Without this
   * option, each error is thrown as an uncaught error.
   */
  readonly onError?: ((error: unknown) => void) | undefined;
}

/**
 * The state of a projection:
 * - `"catching-up"`: it has not applied every event that was stored when it started;
 * - `"live"`: it has applied these events, and applies each new event soon after its append;
 * - `"retrying"`: it failed, and starts again after a pause;
 * - `"ended"`: it was closed, its store was closed, or it failed with an error after which no retry can succeed.
 */
export type ProjectionState = "catching-up" | "live" | "retrying" | "ended";

/** A running projection: see {@link project}. */
export interface Projection extends AsyncDisposable {
  /**
   * Resolves when every event that was stored at the start is in the model. Rejects if the projection ends earlier,
   * with the error that ended it or with `ClosedError`.
   */
  readonly caughtUp: Promise<void>;
  /** The current state; see {@link ProjectionState}. */
  readonly state: ProjectionState;
  /** The position up to which the model contains every wanted event; `undefined` before the first event. */
  readonly position: Position | undefined;
  /**
   * Waits until the model contains every wanted event up to a position. After a wait for the position of an append, a
   * reader of the model reads its own write.
   *
   * @param position The position of an append or of an event of the namespace.
   * @param options `signal`: aborts the wait.
   * @throws {InvalidArgumentError} If it is not a position.
   * @throws {UnknownPositionError} If it is a position of another log.
   * @throws {AbortError} If the signal is aborted.
   * @throws {ClosedError} If the projection or its store is closed.
   * @throws The error that ended the projection.
   */
  reached(position: Position, options?: ReachedOptions): Promise<void>;
  /** Ends the projection. Resolves when the current `apply` has ended. */
  close(): Promise<void>;
}

/** Options of {@link Projection.reached}. */
export interface ReachedOptions {
  /** Aborts the wait. */
  readonly signal?: AbortSignal | undefined;
}
