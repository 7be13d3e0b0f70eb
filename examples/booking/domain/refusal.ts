/** The reasons for a refusal, as stable words for programs. The HTTP layer maps them to statuses. */
export type RefusalCode =
  | "no-such-screening"
  | "no-such-seat"
  | "other-screening"
  | "seat-taken"
  | "sold-out"
  | "not-held";

/** The domain refuses a command: it is understood, but the rules do not allow it in this state. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly code: RefusalCode;

  constructor(code: RefusalCode, message: string) {
    super(message);
    this.code = code;
  }
}
