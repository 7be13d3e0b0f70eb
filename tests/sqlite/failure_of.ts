import { isAetherError } from "@flowmade-one/aether";
import { assert } from "@std/assert";

/** The error of this module that a promise rejects with. */
export async function failureOf(attempt: Promise<unknown>): Promise<Error & { readonly code: string }> {
  try {
    await attempt;
  } catch (error) {
    assert(isAetherError(error), String(error));
    return error;
  }
  throw new Error("It succeeded");
}
