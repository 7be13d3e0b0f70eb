/** A mistake in the command line or the input, which the caller can fix. Only its message is printed. */
export class DemoError extends Error {
  override readonly name = "DemoError";
}
