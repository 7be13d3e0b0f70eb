/** A backend does not do what a case expects. The message says what was expected, what came, and of what. */
export class ConformanceFailure extends Error {
  /** Tells it from other errors in a report. */
  override readonly name = "ConformanceFailure";
}
