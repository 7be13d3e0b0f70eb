import type { Foothold } from "./foothold.ts";

/** What a server says of a stream, as far as it tells one history from another. */
export interface StreamSigns {
  /** When it was made, as text. */
  readonly created: string;
  readonly state: { readonly last_seq: number };
}

/**
 * What is remembered of a stream's past, by which it is noticed when that is not its past any more: when it was made
 * anew, or taken back to an older copy, or has lost what its server had not written to disk when the power failed.
 *
 * A stream's last sequence never becomes less. So one that is less than another which was told before the question was
 * asked tells; against those that were told meanwhile nothing is held, as answers overtake each other. Once it has grown
 * past that, the last commit of which something is remembered still tells: another stands in its place.
 */
export class StreamHistory {
  #created: string | undefined;
  #reached = 0;
  #foothold: Foothold | undefined;
  #number = 0;

  /** Another one than before if the stream has another past by now. */
  get number(): number {
    return this.#number;
  }

  /** The greatest sequence that a server has told of. */
  get reached(): number {
    return this.#reached;
  }

  /** The last commit of which something is remembered. */
  get foothold(): Foothold | undefined {
    return this.#foothold;
  }

  /** Something is remembered of a commit. */
  remember(sequence: number, commitId: string): void {
    if (this.#foothold === undefined || this.#foothold.sequence < sequence) this.#foothold = { sequence, commitId };
  }

  /**
   * Takes in what a server says.
   *
   * @param before What `reached` was when it was asked.
   * @returns Whether the past is another one, and if so, which.
   */
  learn({ created, state }: StreamSigns, before: number): "same" | "made anew" | "taken back" {
    const isAnew = this.#created !== undefined && this.#created !== created;
    const isBack = state.last_seq < before;
    this.#created = created;
    if (isAnew || isBack) this.change(state.last_seq);
    this.#reached = Math.max(this.#reached, state.last_seq);
    return isAnew ? "made anew" : isBack ? "taken back" : "same";
  }

  /** Takes in the sequence of a message that was stored; what it returns is as that of {@link StreamHistory.learn}. */
  grow(sequence: number, before: number): "same" | "taken back" {
    const isBack = sequence <= before;
    if (isBack) this.change(sequence);
    this.#reached = Math.max(this.#reached, sequence);
    return isBack ? "taken back" : "same";
  }

  /** From here on the past is another one. */
  change(reached: number): void {
    this.#number++;
    this.#reached = reached;
    this.#foothold = undefined;
  }
}
