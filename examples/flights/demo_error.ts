/** Something that whoever runs the demo can put right. Its message is all that they are shown. */
export class DemoError extends Error {
  override readonly name = "DemoError";
}
