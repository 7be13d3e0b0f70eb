import type { ReadAnchor } from "./read_anchor.ts";

/** The part of the server's stream information that distinguishes one history from another. */
export interface StreamIdentity {
  /** The time of its creation, as a string. */
  readonly created: string;
  readonly state: { readonly last_seq: number };
}

/** The known history before a request. */
export interface ContinuityMark {
  readonly number: number;
  readonly reached: number;
}

/** Whether a stream has the known history, may have another one, or has another one. */
export type Continuity = "same" | "uncertain" | "replaced";

/**
 * Detects that a stream has another history: it was created again, restored to an older copy, or its server lost
 * unwritten messages in a power failure.
 *
 * The last sequence of a stream never decreases. If it is less than a value that was received before the request was
 * sent, the stream has another history. Values that were received later do not count, since replies can arrive out of
 * order. Once the stream has grown past that value, the read anchor decides: another commit is at its sequence.
 */
export class StreamContinuity {
  #created: string | undefined;
  #reached = 0;
  #anchor: ReadAnchor | undefined;
  #number = 0;

  /** A number that changes with the history of the stream. */
  get number(): number {
    return this.#number;
  }

  /** The known history before a request is sent: its number, and the greatest received sequence. */
  get mark(): ContinuityMark {
    return { number: this.#number, reached: this.#reached };
  }

  /** The last remembered commit. */
  get anchor(): ReadAnchor | undefined {
    return this.#anchor;
  }

  /** Remembers a commit. */
  remember(sequence: number, commitId: string): void {
    if (this.#anchor === undefined || this.#anchor.sequence < sequence) this.#anchor = { sequence, commitId };
  }

  /**
   * Applies a reply with the information about the stream.
   *
   * @param before The value of `mark` when the request was sent.
   * @param isProof Whether a lower sequence proves another history. With replicas it does not: a former leader may lag
   * behind.
   * @returns Whether the stream has another history, or may have one.
   */
  learn({ created, state }: StreamIdentity, before: ContinuityMark, isProof: boolean): Continuity {
    const isRecreated = this.#created !== undefined && this.#created !== created;
    const isBack = before.number === this.#number && state.last_seq < before.reached;
    const isAnother = isRecreated || (isBack && isProof);
    this.#created = created;
    if (isAnother) this.change(state.last_seq);
    this.#reached = Math.max(this.#reached, state.last_seq);
    return isAnother ? "replaced" : isBack ? "uncertain" : "same";
  }

  /** Applies the sequence of a message that was stored. Returns a result as {@link StreamContinuity.learn}. */
  grow(sequence: number, before: ContinuityMark): Continuity {
    const isBack = before.number === this.#number && sequence <= before.reached;
    if (isBack) this.change(sequence);
    this.#reached = Math.max(this.#reached, sequence);
    return isBack ? "replaced" : "same";
  }

  /** Records that the stream has another history. */
  change(reached: number): void {
    this.#number++;
    this.#reached = reached;
    this.#anchor = undefined;
  }
}
