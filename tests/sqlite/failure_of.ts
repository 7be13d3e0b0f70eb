import { isAetherError } from "@flowmade-one/aether";
import { assert } from "@std/assert";

/**
 * The Aether error that a promise rejects with.
 *
 * @throws If the promise resolves, or rejects with another error.
 */
export async function failureOf(attempt: Promise<unknown>): Promise<Error & { readonly code: string }> {
  try {
    await attempt;
  } catch (error) {
    assert(isAetherError(error), String(error));
    return error;
  }
  throw new Error("The promise has resolved");
}
