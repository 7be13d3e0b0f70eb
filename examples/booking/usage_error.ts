/** A mistake in the command line, which the caller can fix. Only its message is printed. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
