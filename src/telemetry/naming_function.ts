import { isPromise } from "../lifecycle/operation.ts";

/**
 * Wraps a function of the application that names a namespace. The returned function never throws, and always returns a
 * string.
 *
 * @param option The name of the option that contains the function.
 * @param fallback The name if the function throws, or returns something other than a string.
 * @param fail Receives each failure. Never throws.
 */
export function namingFunction(
  option: string,
  name: (namespace: string) => unknown,
  fallback: string,
  fail: (error: unknown) => void,
): (namespace: string) => string {
  return (namespace) => {
    try {
      const named = name(namespace);
      if (typeof named === "string") return named;
      if (isPromise(named)) void Promise.resolve(named).catch(() => {});
      fail(new TypeError(`The option ${option} must return a string, not a promise`));
    } catch (error) {
      fail(error);
    }
    return fallback;
  };
}
