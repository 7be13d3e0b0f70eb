import type { OnError } from "../bus/subscriber.ts";
import { throwLater } from "../base/throw_later.ts";

/**
 * Makes the function with which an adapter reports errors of background work, such as a published event that did not
 * reach other processes.
 *
 * @param onError The user's option. Without it, errors are ignored: other processes can cause such errors, and must not
 * be able to end this process.
 * @returns A function that does not throw. An error that `onError` throws becomes an uncaught exception.
 *
 * @example
 * ```ts
 * import { backgroundErrorReporter } from "@flowmade-one/aether/adapter";
 * import { assertEquals } from "@std/assert";
 *
 * const reported: unknown[] = [];
 * backgroundErrorReporter((error) => reported.push(error))(new Error("the disk is full"));
 * backgroundErrorReporter(undefined)(new Error("ignored"));
 * assertEquals(reported.length, 1);
 * ```
 */
export function backgroundErrorReporter(onError: OnError | undefined): (error: Error) => void {
  return (error) => {
    try {
      onError?.(error, undefined);
    } catch (failure) {
      throwLater(failure);
    }
  };
}
