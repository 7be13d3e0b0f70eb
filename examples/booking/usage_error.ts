/** A problem that the user can fix, in the command line or at a server. The program prints only the message. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
