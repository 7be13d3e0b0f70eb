/** The reasons for a refusal, as stable strings. The HTTP layer maps them to statuses. */
export type RefusalCode =
  | "no-such-screening"
  | "no-such-seat"
  | "other-screening"
  | "seat-taken"
  | "sold-out"
  | "not-held";

/** The domain refuses a valid command, because a rule does not allow it in the actor's state. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly code: RefusalCode;

  constructor(code: RefusalCode, message: string) {
    super(message);
    this.code = code;
  }
}
