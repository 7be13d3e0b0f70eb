import type { CoordinatorPool } from "../coordination/coordinator_pool.ts";
import type { Log } from "../driver/log.ts";
import type { EventTypes } from "../events/event_types.ts";
import type { NamespaceObserver } from "../observer/namespace_observer.ts";
import type { BackendHandle } from "../lifecycle/backend_handle.ts";
import type { CloseScope } from "../lifecycle/close_scope.ts";
import type { Brand } from "../base/brand.ts";

/**
 * An opaque handle of the log of a store's namespace, without members. Functions of this package that need the log or
 * its records, such as `consume`, get them from the handle.
 */
export type LogHandle = object & Brand<"log handle">;

/** The parts to which a log handle gives access. */
export interface LogHandleParts {
  readonly log: Log;
  /**
   * The event types of the store's map, if the map was made from schemas. `EventTypes.read` converts events of the log
   * to their current shape.
   */
  readonly eventTypes: EventTypes | undefined;
  /** The backend of the store. */
  readonly backend: BackendHandle;
  /** The lifetime of the store. */
  readonly lifetime: CloseScope;
  /** The sessions of this process in the records of the namespace. Absent if the adapter keeps no records. */
  readonly coordinators: CoordinatorPool | undefined;
  /** The names of the consumers that run in this process in the namespace. */
  readonly consuming: Set<string>;
  /** Absent if the backend has no observer. */
  readonly observer: NamespaceObserver | undefined;
}

const PARTS: WeakMap<object, LogHandleParts> = new WeakMap();

/** Creates the handle of a store. */
export function createLogHandle(parts: LogHandleParts): LogHandle {
  const handle = Object.freeze({}) as LogHandle;
  PARTS.set(handle, parts);
  return handle;
}

/** The parts of a handle; `undefined` if the value is not a handle. */
export function partsOfLog(handle: unknown): LogHandleParts | undefined {
  return typeof handle === "object" && handle !== null ? PARTS.get(handle) : undefined;
}
