import {
  type BackendOptions,
  checkBounds,
  checkOptions,
  checkWholeNumber,
  type Quota,
  type Retention,
} from "../../adapter.ts";

/** How a memory backend behaves. */
export interface MemoryOptions extends BackendOptions {
  /**
   * What expires: the oldest commits of each namespace, when a bound is passed. Without it, nothing does. Age goes by
   * `now`, and bytes are those of the commits' JSON form.
   */
  readonly retention?: Retention | undefined;
  /** What each namespace takes: an append past it is refused. Not together with `retention`. */
  readonly quota?: Quota | undefined;
  /** The most bytes of one commit in its JSON form; by default 1,000,000, as on JetStream. */
  readonly maxCommitBytes?: number | undefined;
}

const OPTIONS: ReadonlySet<string> = new Set([
  "retention",
  "quota",
  "maxCommitBytes",
  "now",
  "newId",
  "onGrantUsed",
  "onError",
]);

/**
 * Checks what only this adapter takes.
 *
 * @throws {InvalidArgumentError} An option is not what it must be.
 */
export function checkMemoryOptions(options: MemoryOptions): void {
  checkOptions(options, OPTIONS, "memory");
  const { retention, quota, maxCommitBytes } = options;
  checkWholeNumber(maxCommitBytes, "maxCommitBytes", 1);
  checkBounds(retention, quota);
}
