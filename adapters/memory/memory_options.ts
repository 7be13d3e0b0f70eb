import { type BackendOptions, checkOptions, checkWholeNumber } from "../../adapter.ts";
import { InvalidArgumentError } from "../../mod.ts";

/** How a memory backend behaves. */
export interface MemoryOptions extends BackendOptions {
  /** What expires: the oldest commits of each namespace, when a bound is passed. Without it, nothing does. */
  readonly retention?: Retention | undefined;
  /** What each namespace takes: an append past it is refused. Not together with `retention`. */
  readonly quota?: Quota | undefined;
  /** The most bytes of one commit in its JSON form; by default 1,000,000, as on JetStream. */
  readonly maxCommitBytes?: number | undefined;
}

/**
 * When the oldest commits of a namespace expire: the log loses its beginning, commit by commit, in the order of the
 * log. Every bound that is given holds. The newest commit stays, whatever its size.
 */
export interface Retention {
  /** Milliseconds that a commit stays, by the backend's clock. */
  readonly maxAge?: number | undefined;
  /** Bytes of all commits in their JSON form. */
  readonly maxBytes?: number | undefined;
  /** Number of commits. */
  readonly maxCommits?: number | undefined;
}

/** When a namespace is full. Every bound that is given holds. */
export interface Quota {
  /** Bytes of all commits in their JSON form. */
  readonly maxBytes?: number | undefined;
  /** Number of commits. */
  readonly maxCommits?: number | undefined;
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
const RETENTION: ReadonlySet<string> = new Set(["maxAge", "maxBytes", "maxCommits"]);
const QUOTA: ReadonlySet<string> = new Set(["maxBytes", "maxCommits"]);

/**
 * Checks what only this adapter takes.
 *
 * @throws {InvalidArgumentError} An option is not what it must be.
 */
export function checkMemoryOptions(options: MemoryOptions): void {
  checkOptions(options, OPTIONS, "memory");
  const { retention, quota, maxCommitBytes } = options;
  checkWholeNumber(maxCommitBytes, "maxCommitBytes", 1);
  if (retention !== undefined) checkBounds(retention, RETENTION, "retention");
  if (quota !== undefined) checkBounds(quota, QUOTA, "quota");
  if (retention !== undefined && quota !== undefined) {
    throw new InvalidArgumentError(
      "retention and quota exclude each other: the one expires the oldest, the other refuses the newest",
      { argument: "quota" },
    );
  }
}

function checkBounds(bounds: Retention | Quota, names: ReadonlySet<string>, of: string): void {
  checkOptions(bounds, names, of);
  const given = Object.entries(bounds).filter(([, value]) => value !== undefined);
  if (given.length === 0) {
    throw new InvalidArgumentError(`${of} needs a bound: ${[...names].join(", ")}`, { argument: of });
  }
  for (const [name, value] of given) checkWholeNumber(value, `${of}.${name}`, 1);
}
