import { checkFunction } from "../checks/check_function.ts";
import { checkOptions } from "../checks/check_options.ts";
import { checkObserver } from "../observer/check_observer.ts";
import type { BackendOptions } from "./backend.ts";

const FUNCTIONS = ["now", "newId", "onGrantUsed", "onError"] as const satisfies readonly (keyof BackendOptions)[];
const NAMES = [...FUNCTIONS, "observer"] as const satisfies readonly (keyof BackendOptions)[];

/**
 * Checks the options of an adapter's function before it opens anything: each option must be known, and the options that
 * all backends share must be valid. Reads each shared option once.
 *
 * @param options All options that the caller gave.
 * @param of The name of the adapter's function in errors, such as `jetstream`.
 * @param own The names of the options that only this adapter has. The adapter itself checks their values.
 * @returns The options of every backend, for {@link createBackend}.
 * @throws {InvalidArgumentError} If `options` is not an object or has an unknown name, or if `now`, `newId`,
 * `onGrantUsed` or `onError` is not a function, or if `observer` has neither a method `start` nor a method `measure`.
 *
 * @example
 * ```ts
 * import { checkBackendOptions } from "@flowmade-one/aether/adapter";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * const options = { path: "orders.db", now: () => 0 };
 * assertEquals(checkBackendOptions(options, "file", ["path"]).now, options.now);
 * assertThrows(() => checkBackendOptions({ ...options, newId: 7 as never }, "file", ["path"]));
 * ```
 */
export function checkBackendOptions(
  options: BackendOptions,
  of: string,
  own: readonly string[] = [],
): BackendOptions {
  checkOptions(options, new Set([...own, ...NAMES]), of);
  const { now, newId, onGrantUsed, onError, observer } = options;
  const checked = { now, newId, onGrantUsed, onError, observer };
  for (const name of FUNCTIONS) checkFunction(checked[name], name);
  if (observer !== undefined) checkObserver(observer);
  return checked;
}
