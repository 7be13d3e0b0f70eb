/**
 * Read models: tables or values that are made from the events of a namespace and kept up to date.
 *
 * {@link project} keeps a model in a database, {@link live} in memory. Each event is in the model exactly once.
 *
 * @module
 */
export { live, type LiveOptions, type LiveProjection } from "./src/projections/live.ts";
export type { Mark } from "./src/projections/mark.ts";
export { project } from "./src/projections/project.ts";
export type {
  Projection,
  ProjectionState,
  ProjectOptions,
  ReachedOptions,
  ReadModel,
} from "./src/projections/projection.ts";
export type { ProjectionSource } from "./src/projections/projection_source.ts";
export {
  type SqliteDatabase,
  sqliteModel,
  type SqliteModelOptions,
  type SqliteStatement,
} from "./src/projections/sqlite_model.ts";
