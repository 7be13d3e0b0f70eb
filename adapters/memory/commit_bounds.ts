import { type Commit, encodeCommit, type Quota, type Retention } from "../../adapter.ts";
import { NumberedList } from "./numbered_list.ts";

/** Counts the commits of a log, and their bytes if a bound on bytes is set. */
export class CommitBounds {
  readonly #bounds: Retention | Quota;
  /** The bytes of each commit, oldest first; empty without a bound on bytes. */
  readonly #sizes: NumberedList<number> = new NumberedList();
  #bytes = 0;
  #commits = 0;

  constructor(bounds: Retention | Quota) {
    this.#bounds = bounds;
  }

  /** The number of bytes that a commit counts for. */
  sizeOf(commit: Commit): number {
    return this.#bounds.maxBytes === undefined ? 0 : encodeCommit(commit).length;
  }

  /**
   * Describes the bound that the log with additional commits and bytes would exceed; `undefined` if it exceeds none.
   */
  exceededBound(moreCommits: number, moreBytes: number): string | undefined {
    const { maxCommits = Infinity, maxBytes = Infinity } = this.#bounds;
    if (this.#commits + moreCommits > maxCommits) return `${maxCommits} commits`;
    if (this.#bytes + moreBytes > maxBytes) return `${maxBytes} bytes`;
    return undefined;
  }

  get commits(): number {
    return this.#commits;
  }

  add(bytes: number): void {
    this.#commits++;
    if (this.#bounds.maxBytes === undefined) return;
    this.#bytes += bytes;
    this.#sizes.push(bytes);
  }

  dropOldest(): void {
    this.#commits--;
    if (this.#bounds.maxBytes === undefined) return;
    this.#bytes -= this.#sizes.at(this.#sizes.dropped + 1) ?? 0;
    this.#sizes.drop();
  }
}
