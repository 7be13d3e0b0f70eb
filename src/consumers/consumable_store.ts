import type { Namespace } from "../base/namespace.ts";
import { refuseArgument } from "../checks/refuse_argument.ts";
import type { CoordinatorPool } from "../coordination/coordinator_pool.ts";
import type { Records } from "../driver/records.ts";
import { UnsupportedStorageError } from "../errors/unsupported_storage_error.ts";
import { type LogHandle, type LogHandleParts, partsOfLog } from "../store/log_handle.ts";

/** A store that can be consumed: an event store of a backend. */
export interface ConsumableStore<V> {
  /** The namespace whose events are consumed. */
  readonly namespace: Namespace;
  /** See {@link LogHandle}. */
  readonly logHandle?: LogHandle | undefined;
  /** Declares the type of the events. The method is never called. */
  subscribe(): AsyncIterable<V>;
}

/** The parts of a store that can be consumed. */
export interface ConsumableParts extends LogHandleParts {
  readonly coordinators: CoordinatorPool;
  readonly records: Records;
}

/** The parts of a store that a consumer uses. */
export type ConsumingParts = Omit<ConsumableParts, "backend">;

/**
 * Returns the parts of a store that can be consumed.
 *
 * @param attempt The operation in errors, such as `consume as "mailer"`.
 * @throws {InvalidArgumentError} If `store` is not a store of a backend.
 * @throws {UnsupportedStorageError} If the adapter keeps no records.
 * @throws {ClosedError} If the store was closed.
 */
export function consumableParts(store: ConsumableStore<unknown>, attempt: string): ConsumableParts {
  const parts = partsOfLog(store?.logHandle);
  if (parts === undefined) refuseArgument("store", "an event store of a backend", store);
  const { coordinators, lifetime, log: { records } } = parts;
  lifetime.check(attempt);
  if (coordinators !== undefined && records !== undefined) return { ...parts, coordinators, records };
  throw new UnsupportedStorageError(`Cannot ${attempt}: this adapter keeps no records. Use another adapter`);
}
