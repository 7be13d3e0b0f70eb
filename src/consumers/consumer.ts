/** One process's part in a consumer. Made by {@link consume}. */
export interface Consumer extends AsyncDisposable {
  /** The name of the consumer. */
  readonly name: string;
  /** The name of this process in the status of the consumer. Another one after a lost session. */
  readonly member: string;
  /** The lanes that this process owns, in order: 0 for `order: "log"`, 0 to 15 for `order: "actor"`. */
  readonly owned: readonly number[];
  /**
   * Waits until the handlers at work have ended, saves how far they have come, and gives the lanes back, so that other
   * processes take over at once and repeat nothing.
   */
  close(): Promise<void>;
}
