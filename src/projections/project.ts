import { checkChoice } from "../checks/check_choice.ts";
import { checkFunction, requireFunction } from "../checks/check_function.ts";
import { checkOptions } from "../checks/check_options.ts";
import { checkWholeNumber } from "../checks/check_whole_number.ts";
import { refuseArgument } from "../checks/refuse_argument.ts";
import type { Brand } from "../base/brand.ts";
import { eventTypesOf } from "../events/events.ts";
import type { RecordedEvent } from "../events/recorded_event.ts";
import { toEventFilter } from "../store/event_filter.ts";
import type { Projection, ProjectOptions, ReadModel } from "./projection.ts";
import type { ProjectionSettings } from "./projection_settings.ts";
import { checkSource, type ProjectionSource } from "./projection_source.ts";
import { RunningProjection } from "./running_projection.ts";

/** Default number of events of one `apply`. A larger batch makes a read model in SQLite less than 5 % faster. */
const DEFAULT_BATCH = 500;

/** Maximum number of events of one `apply`. A larger transaction would lock a database for too long. */
const MAX_BATCH = 10_000;

const PROJECT_OPTIONS: ReadonlySet<string> = new Set(["types", "actors", "batch", "after", "onError"]);

/**
 * Keeps a read model up to date with the events of a namespace. The model contains each event exactly once, also after
 * crashes, because it stores its mark in the same transaction as its changes. Several processes may project into one
 * database: if two of them apply the same events, the second transaction fails, because the mark has changed.
 *
 * The projection starts at the mark of the model, and continues with new events until it is closed. After a failure it
 * starts again at the mark, after a pause of 100 ms that doubles up to 10 s. Events that the model cannot apply are
 * retried, never skipped. The projection ends with an error that no retry can resolve: events have expired, stored
 * data is corrupt, or the mark is not valid. It also ends if the log was replaced and the model has no `clear`.
 *
 * @param store The events. The projection reads the whole log, and applies the events that the filter selects.
 * @param model See {@link ReadModel}. {@link sqliteModel} makes a model of SQLite tables. For a value in memory, use
 * {@link live}.
 * @param options See {@link ProjectOptions}.
 * @returns The running projection. Close it before the store and the model.
 * @throws {InvalidArgumentError} If the store, the model or an option is not valid.
 * @throws {InvalidPatternError} If `actors` is not a pattern.
 *
 * @example
 * ```ts
 * import { memory } from "@flowmade-one/aether/memory";
 * import { type Mark, project } from "@flowmade-one/aether/projections";
 * import { assertEquals } from "@std/assert";
 *
 * const totals = new Map<string, number>();
 * let mark: Mark | undefined;
 *
 * const store = memory().store("shop");
 * await store.append("order.1", [{ type: "Placed", data: { cents: 500 } }], { expectedVersion: 0 });
 * await using projection = project(store, {
 *   mark: () => mark,
 *   apply: (events, next, before) => {
 *     if (mark !== before) throw new Error("Another process has applied these events");
 *     for (const { actorId } of events) totals.set(actorId, (totals.get(actorId) ?? 0) + 1);
 *     mark = next;
 *   },
 * });
 * const { position } = await store.append("order.1", [{ type: "Paid", data: {} }], { expectedVersion: 1 });
 * await projection.reached(position);
 * assertEquals(totals.get("order.1"), 2);
 * ```
 */
export function project<V extends RecordedEvent>(
  store: ProjectionSource<V>,
  model: ReadModel<V>,
  options: ProjectOptions<NoInfer<V["type"]>> = {},
): Projection {
  checkOptions(options, PROJECT_OPTIONS, "project");
  checkSource(store);
  checkModel(model);
  return new RunningProjection(store, model, toProjectionSettings(options, store.events));
}

/**
 * Checks the options that `project` and `live` share, and sets the defaults.
 *
 * @param events The event map of the store.
 */
export function toProjectionSettings(
  options: ProjectOptions,
  events: Brand<"events"> | undefined,
): ProjectionSettings {
  const { types, actors, batch = DEFAULT_BATCH, after = "start", onError } = options;
  checkWholeNumber(batch, "batch", 1, MAX_BATCH, "events");
  checkChoice(after, "after", ["start", "oldest-available"]);
  checkFunction(onError, "onError");
  const eventTypes = eventTypesOf(events);
  return { isWanted: toEventFilter({ types, actors }, eventTypes) ?? (() => true), eventTypes, batch, after, onError };
}

function checkModel(model: unknown): void {
  if (typeof model !== "object" || model === null) refuseArgument("model", "an object with mark and apply", model);
  const { mark, apply, clear } = model as Partial<Record<keyof ReadModel, unknown>>;
  requireFunction(mark, "model.mark");
  requireFunction(apply, "model.apply");
  checkFunction(clear, "model.clear");
}
