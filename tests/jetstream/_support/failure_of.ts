import { type ErrorCode, isAetherError } from "@flowmade-one/aether";

/** The reason with which a promise rejects; `undefined` if it resolves. */
export async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
    return undefined;
  } catch (error) {
    return error;
  }
}

/**
 * The code of the error that a promise rejects with; `undefined` if it resolves.
 *
 * @throws The error, if it is not an Aether error.
 */
export async function codeOf(promise: Promise<unknown>): Promise<ErrorCode | undefined> {
  const error = await failureOf(promise);
  if (error !== undefined && !isAetherError(error)) throw error;
  return error?.code;
}
