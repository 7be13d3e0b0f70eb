/** A mistake in the command line or the file, which the user can fix. The program prints only the message. */
export class DemoError extends Error {
  override readonly name = "DemoError";
}
