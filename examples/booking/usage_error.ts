/** A mistake in the command line, which the user can fix. The program prints only the message. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
