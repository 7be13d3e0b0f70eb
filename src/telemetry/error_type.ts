import { isAetherError } from "../errors/is_aether_error.ts";

/** The form of a name that can be a value of few. */
const CLASS_NAME = /^[A-Za-z_$][\w$.-]{0,99}$/;

/**
 * The value of `error.type`: the code of an `AetherError`, else the name of the error's class. Messages are never recorded,
 * as they can contain data.
 */
export function errorType(error: unknown): string {
  if (isAetherError(error)) return error.code;
  const { name } = (error ?? {}) as { readonly name?: unknown };
  return typeof name === "string" && CLASS_NAME.test(name) ? name : "_OTHER";
}
