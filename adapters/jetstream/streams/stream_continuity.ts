import type { ReadAnchor } from "./read_anchor.ts";

/** The server's information about a stream that distinguishes one history from another. */
export interface StreamIdentity {
  /** Its time of creation, as a string. */
  readonly created: string;
  readonly state: { readonly last_seq: number };
}

/** How far a stream had come when something was asked. */
export interface ContinuityMark {
  readonly number: number;
  readonly reached: number;
}

/** Whether a stream has the past that is remembered. */
export type Continuity = "same" | "doubted" | "another";

/**
 * What is remembered of a stream's past, by which it is noticed when that is not its past any more: when it was made
 * anew, or taken back to an older copy, or has lost what its server had not written to disk when the power failed.
 *
 * A stream's last sequence never becomes less. So one that is less than another which was told before the question was
 * asked tells; against those that were told meanwhile nothing is held, as answers overtake each other. Once it has grown
 * past that, the last commit of which something is remembered still tells: another stands in its place.
 */
export class StreamContinuity {
  #created: string | undefined;
  #reached = 0;
  #foothold: ReadAnchor | undefined;
  #number = 0;

  /** Another one than before if the stream has another past by now. */
  get number(): number {
    return this.#number;
  }

  /** What is known before something is asked: the greatest sequence that a server has told of, and in which past. */
  get mark(): ContinuityMark {
    return { number: this.#number, reached: this.#reached };
  }

  /** The last commit of which something is remembered. */
  get anchor(): ReadAnchor | undefined {
    return this.#foothold;
  }

  /** Something is remembered of a commit. */
  remember(sequence: number, commitId: string): void {
    if (this.#foothold === undefined || this.#foothold.sequence < sequence) this.#foothold = { sequence, commitId };
  }

  /**
   * Takes in what a server says.
   *
   * @param before What `mark` was when it was asked.
   * @param isProof Whether a lesser sequence proves it: a leader that does not know yet that there is another is behind.
   * @returns Whether the past is another one, or may be.
   */
  learn({ created, state }: StreamIdentity, before: ContinuityMark, isProof: boolean): Continuity {
    const isAnew = this.#created !== undefined && this.#created !== created;
    const isBack = before.number === this.#number && state.last_seq < before.reached;
    const isAnother = isAnew || (isBack && isProof);
    this.#created = created;
    if (isAnother) this.change(state.last_seq);
    this.#reached = Math.max(this.#reached, state.last_seq);
    return isAnother ? "another" : isBack ? "doubted" : "same";
  }

  /** Takes in the sequence of a message that was stored; what it returns is as that of {@link StreamContinuity.learn}. */
  grow(sequence: number, before: ContinuityMark): Continuity {
    const isBack = before.number === this.#number && sequence <= before.reached;
    if (isBack) this.change(sequence);
    this.#reached = Math.max(this.#reached, sequence);
    return isBack ? "another" : "same";
  }

  /** From here on the past is another one. */
  change(reached: number): void {
    this.#number++;
    this.#reached = reached;
    this.#foothold = undefined;
  }
}
