/**
 * A backend does not behave as a case expects. The message has the compared fact, its expected and its actual value.
 */
export class ConformanceFailure extends Error {
  /** Distinguishes it from other errors in a report. */
  override readonly name = "ConformanceFailure";
}
