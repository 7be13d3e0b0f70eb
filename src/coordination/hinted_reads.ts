import type { Records } from "../driver/records.ts";
import type { Environment } from "./environment.ts";

/** Milliseconds from a hint to the first read. A hint can arrive before the server has stored the record. */
const FIRST_DELAY = 25;

/**
 * Milliseconds from the first read to the second read. The second read is omitted if the first read found a new
 * revision and no hint has arrived since.
 */
const SECOND_DELAY = 250;

/** The reader of records that hints trigger. */
export interface HintedReader {
  /** The greatest revision that was read. */
  readonly lastRevision: number;
  scan(): void;
}

/**
 * Reads the records soon after a hint that they may have changed. Hints that arrive at almost the same time trigger at
 * most two reads.
 */
export class HintedReads implements Disposable {
  readonly #environment: Environment;
  readonly #reader: HintedReader;
  readonly #listeners: readonly Disposable[];
  #cancel: (() => void) | undefined;
  /** Whether a hint has arrived since the first read. */
  #isHinted = false;

  /** @param prefixes The prefixes of the keys whose hints trigger a read. */
  constructor(records: Records, prefixes: readonly string[], environment: Environment, reader: HintedReader) {
    this.#environment = environment;
    this.#reader = reader;
    this.#listeners = prefixes.flatMap((prefix) => records.onHint?.(prefix, () => this.#hint()) ?? []);
  }

  [Symbol.dispose](): void {
    this.#cancel?.();
    for (const listener of this.#listeners) listener[Symbol.dispose]();
  }

  #hint(): void {
    this.#isHinted = true;
    this.#cancel ??= this.#environment.schedule(FIRST_DELAY, () => {
      const before = this.#reader.lastRevision;
      this.#isHinted = false;
      this.#reader.scan();
      this.#cancel = this.#environment.schedule(SECOND_DELAY, () => {
        this.#cancel = undefined;
        if (this.#isHinted || this.#reader.lastRevision === before) this.#reader.scan();
      });
    });
  }
}
