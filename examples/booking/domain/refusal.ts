/** Why a command was refused: words that stay, for programs. What they mean for an HTTP client is not said here. */
export type RefusalCode =
  | "no-such-screening"
  | "no-such-seat"
  | "other-screening"
  | "seat-taken"
  | "sold-out"
  | "not-held";

/** The domain says no: the command was understood, and the rules do not allow it in this state. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly code: RefusalCode;

  constructor(code: RefusalCode, message: string) {
    super(message);
    this.code = code;
  }
}
