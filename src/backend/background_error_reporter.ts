import type { OnError } from "../bus/subscriber.ts";
import { throwLater } from "../base/throw_later.ts";

/**
 * Makes the function with which an adapter reports errors that no caller waits for, such as of a published event that did
 * not reach other processes.
 *
 * @param onError The user's option. Without it such an error is ignored: other processes may cause it, and they must not
 * be able to end this one.
 * @returns Does not throw. What `onError` throws is thrown as an uncaught error.
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
