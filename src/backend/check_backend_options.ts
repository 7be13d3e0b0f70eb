import { checkFunction } from "../checks/check_function.ts";
import { checkOptions } from "../checks/check_options.ts";
import type { BackendOptions } from "./backend.ts";

const NAMES = ["now", "newId", "onGrantUsed", "onError"] as const satisfies readonly (keyof BackendOptions)[];

/**
 * Checks the options of an adapter's function, before it opens anything: that it has each of them, and that those of
 * every backend are functions. Reads each of those once.
 *
 * @param options All options that the caller gave.
 * @param of The adapter's function, such as `jetstream`, as errors name it.
 * @param own The names of the options that only this adapter has. The adapter checks their values.
 * @returns The options of every backend, for {@link createBackend}.
 * @throws {InvalidArgumentError} If `options` is not an object, has an unknown name, or one of `now`, `newId`,
 * `onGrantUsed` and `onError` is not a function.
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
  const { now, newId, onGrantUsed, onError } = options;
  const checked = { now, newId, onGrantUsed, onError };
  for (const name of NAMES) checkFunction(checked[name], name);
  return checked;
}
