import type { BackendOptions } from "../../mod.ts";
import {
  checkBackendOptions,
  checkBounds,
  type CheckedBounds,
  checkWholeNumber,
  type Quota,
  type Retention,
} from "../../adapter.ts";

/** Options of {@link memory}. */
export interface MemoryOptions extends BackendOptions {
  /**
   * Retention: the oldest commits of each namespace expire when a bound is exceeded. Without it, no commit expires. Age
   * is measured by `now`, and bytes are counted in the JSON form of commits.
   */
  readonly retention?: Retention | undefined;
  /** Quota of each namespace: an append beyond the quota is refused. Not together with `retention`. */
  readonly quota?: Quota | undefined;
  /** Maximum bytes of one commit in its JSON form; by default 1,000,000, as on JetStream. */
  readonly maxCommitBytes?: number | undefined;
}

/** The options of `memory()`, after checks. */
export interface CheckedMemoryOptions extends CheckedBounds {
  readonly backend: BackendOptions;
  readonly maxCommitBytes: number | undefined;
}

/**
 * Checks the options of `memory()`.
 *
 * @throws {InvalidArgumentError} If an option is invalid.
 */
export function checkMemoryOptions(options: MemoryOptions): CheckedMemoryOptions {
  const backend = checkBackendOptions(options, "memory", ["retention", "quota", "maxCommitBytes"]);
  const { retention, quota, maxCommitBytes } = options;
  checkWholeNumber(maxCommitBytes, "maxCommitBytes", 1, undefined, "bytes");
  return { backend, maxCommitBytes, ...checkBounds(retention, quota) };
}
