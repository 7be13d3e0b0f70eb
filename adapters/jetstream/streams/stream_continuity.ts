import type { ReadAnchor } from "./read_anchor.ts";

/** The part of the server's stream information that distinguishes one history from another. */
export interface StreamIdentity {
  /** The time of the stream's creation, as the server writes it. */
  readonly created: string;
  readonly state: { readonly last_seq: number };
}

/** The history of a stream that is known before a request is sent. */
export interface KnownHistory {
  /** See {@link StreamContinuity.number}. */
  readonly number: number;
  /** The greatest sequence that the server has reported. */
  readonly lastSequence: number;
}

/** Whether a stream still has the known history (`"same"`), may have another history, or has another history. */
export type Continuity = "same" | "uncertain" | "replaced";

/**
 * Detects that a stream has another history: it was created again, restored to an older copy, or its server lost
 * unwritten messages in a power failure.
 *
 * The last sequence of a stream never decreases. If a reply contains a lower last sequence than was known when the
 * request was sent, the stream has another history. Sequences that were received later do not count, since replies can
 * arrive out of order. Once the stream has grown past the known sequence, the read anchor decides: another commit is at
 * its sequence.
 */
export class StreamContinuity {
  #created: string | undefined;
  #lastSequence = 0;
  #anchor: ReadAnchor | undefined;
  #number = 0;

  /** A number that changes with the history of the stream. */
  get number(): number {
    return this.#number;
  }

  /** The history that is known now. The caller reads it before it sends a request. */
  get knownHistory(): KnownHistory {
    return { number: this.#number, lastSequence: this.#lastSequence };
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
   * @param before The value of {@link StreamContinuity.knownHistory} when the request was sent.
   * @param isProof Whether a lower sequence proves another history. With replicas it does not: a former leader may lag
   * behind.
   * @returns Whether the stream has another history, or may have one.
   */
  learn({ created, state }: StreamIdentity, before: KnownHistory, isProof: boolean): Continuity {
    const isRecreated = this.#created !== undefined && this.#created !== created;
    const isLower = before.number === this.#number && state.last_seq < before.lastSequence;
    const isAnother = isRecreated || (isLower && isProof);
    this.#created = created;
    if (isAnother) this.change(state.last_seq);
    this.#lastSequence = Math.max(this.#lastSequence, state.last_seq);
    return isAnother ? "replaced" : isLower ? "uncertain" : "same";
  }

  /** Applies the sequence of a message that was stored. Returns a result as {@link StreamContinuity.learn} does. */
  grow(sequence: number, before: KnownHistory): Continuity {
    const isLower = before.number === this.#number && sequence <= before.lastSequence;
    if (isLower) this.change(sequence);
    this.#lastSequence = Math.max(this.#lastSequence, sequence);
    return isLower ? "replaced" : "same";
  }

  /** Records that the stream has another history. */
  change(lastSequence: number): void {
    this.#number++;
    this.#lastSequence = lastSequence;
    this.#anchor = undefined;
  }
}
