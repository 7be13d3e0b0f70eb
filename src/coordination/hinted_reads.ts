import type { Records } from "../driver/records.ts";
import type { Environment } from "./environment.ts";

/** Milliseconds from a hint to a read. The server may announce a put before it has stored it. */
const FIRST_DELAY = 25;

/** Milliseconds until the second read, if the first one has found nothing or there was another hint since. */
const SECOND_DELAY = 250;

/** What reads. */
export interface HintedReader {
  /** The revision up to which everything was read. */
  readonly lastRead: number;
  scan(): void;
}

/** Reads soon after a hint that something may have changed, and at most twice for all hints of a moment. */
export class HintedReads implements Disposable {
  readonly #environment: Environment;
  readonly #reader: HintedReader;
  readonly #hints: readonly Disposable[];
  #cancel: (() => void) | undefined;
  /** Whether there was a hint since the first read. */
  #isHinted = false;

  /**
   * @param prefixes Of the keys whose changes are read soon.
   */
  constructor(records: Records, prefixes: readonly string[], environment: Environment, reader: HintedReader) {
    this.#environment = environment;
    this.#reader = reader;
    this.#hints = prefixes.flatMap((prefix) => records.onHint?.(prefix, () => this.#hint()) ?? []);
  }

  [Symbol.dispose](): void {
    this.#cancel?.();
    for (const hint of this.#hints) hint[Symbol.dispose]();
  }

  #hint(): void {
    this.#isHinted = true;
    this.#cancel ??= this.#environment.schedule(FIRST_DELAY, () => {
      const before = this.#reader.lastRead;
      this.#isHinted = false;
      this.#reader.scan();
      this.#cancel = this.#environment.schedule(SECOND_DELAY, () => {
        this.#cancel = undefined;
        if (this.#isHinted || this.#reader.lastRead === before) this.#reader.scan();
      });
    });
  }
}
