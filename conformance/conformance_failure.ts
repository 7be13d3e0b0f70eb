/**
 * A backend does not behave as a case expects. The message contains the compared fact, its expected value and its
 * actual value.
 */
export class ConformanceFailure extends Error {
  /** The class name, for reports. */
  override readonly name = "ConformanceFailure";
}
