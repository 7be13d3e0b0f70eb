import { CorruptDataError, UnavailableError, UnsupportedStorageError } from "../../../errors.ts";
import type { Namespace } from "../../../mod.ts";
import { classifyFailure, type FileFailure } from "./failure.ts";

const STATES: Readonly<Partial<Record<FileFailure, string>>> = {
  busy: "another process kept the file locked for the whole timeout. Retry later, or raise the timeout",
  full: "the disk is full. Free some space",
  "read-only": "the file is read-only. Make the file and its folder writable",
  io: "the disk failed, or the file cannot be reached",
};

/**
 * Converts a failure of the file to the error for the user. The attempt has stored nothing.
 *
 * @param attempt The attempted operation, such as `read "order.42"`.
 * @param namespace Absent if the operation concerns no namespace.
 * @returns The same error if it is not a failure of the file.
 */
export function toUserError(attempt: string, namespace: Namespace | undefined, error: unknown): unknown {
  const kind = classifyFailure(error);
  const where = namespace === undefined ? "" : ` in namespace "${namespace}"`;
  if (kind === "corrupt") {
    const message = `Cannot ${attempt}${where}: the file is damaged. Restore it from a backup`;
    const cause = { cause: error };
    return namespace === undefined
      ? new UnsupportedStorageError(message, cause)
      : new CorruptDataError(message, { namespace }, cause);
  }
  const state = kind === "replaced" ? (error as Error).message : STATES[kind];
  if (state === undefined) return error;
  return new UnavailableError(`Cannot ${attempt}${where}: ${state}`, { cause: error });
}
