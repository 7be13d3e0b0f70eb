import { AetherError } from "./aether_error.ts";

/**
 * An event cannot be stored or published: a field is invalid, its data is not JSON, or the schema of its type refuses
 * the data. The call had no effect.
 */
export class InvalidEventError extends AetherError {
  /** The name of the class. */
  override readonly name = "InvalidEventError";
  /** The stable code of the error. */
  override readonly code = "invalid-event";
  /** The path of the invalid value, such as `events[0].data.items[2].when`. */
  readonly path: string;
  /** The type of the event whose schema refused the data; `undefined` for any other reason. */
  readonly eventType: string | undefined;
  /** The issues that the schema reported, with the paths of the values; empty for any other reason. */
  readonly issues: readonly { readonly path: string; readonly message: string }[];

  /**
   * Makes the error.
   *
   * @param message Names the problem and its path.
   */
  constructor(
    message: string,
    facts: Pick<InvalidEventError, "path"> & Partial<Pick<InvalidEventError, "eventType" | "issues">>,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.path = facts.path;
    this.eventType = facts.eventType;
    this.issues = facts.issues ?? [];
  }
}
