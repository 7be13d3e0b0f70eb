/** Something that whoever starts the service can put right. Its message is all that they are shown. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
