import type { BackendOptions } from "../../mod.ts";
import {
  checkBackendOptions,
  checkBounds,
  checkChoice,
  checkWholeNumber,
  type Quota,
  refuseArgument,
  type Retention,
} from "../../adapter.ts";
import { DEFAULT_MAX_COMMIT_BYTES } from "../../limits.ts";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Bounds } from "./database/bounds.ts";

/** Options of {@link sqlite}. */
export interface SqliteOptions extends BackendOptions {
  /**
   * The path of the file, or its `file:` URL. A file that does not exist is created; its folder must exist. While the
   * file is open, SQLite keeps two files beside it, with `-wal` and `-shm` after its name.
   */
  readonly path: string | URL;
  /**
   * The failure that an acknowledged append survives. With `"disk"`, the default, it survives a power loss: each
   * transaction is flushed to the disk before its appends are acknowledged. With `"process"`, it survives a crash of
   * any process, but a power loss may lose the appends of the last seconds.
   */
  readonly durability?: "disk" | "process" | undefined;
  /** Maximum bytes of one commit in its JSON form; 1,000,000 by default, 500,000,000 at most. */
  readonly maxCommitBytes?: number | undefined;
  /**
   * Milliseconds that an append, or the opening of the file, waits while another process keeps the file locked; 15,000
   * by default. Then it fails with `UnavailableError`, and nothing was stored.
   */
  readonly timeout?: number | undefined;
  /**
   * Milliseconds between two checks for appends of other processes; 10 by default. It applies while there is a
   * subscription. Appends of this backend reach its subscriptions at once.
   */
  readonly pollInterval?: number | undefined;
  /**
   * The rule by which the oldest commits of each namespace expire; by default they never expire. The file stores the
   * rule when it is created: opening the file with other bounds is refused with `UnsupportedStorageError`. Age is
   * measured by `now`. Bytes are counted in the JSON form of the commits. Not together with `quota`.
   */
  readonly retention?: Retention | undefined;
  /**
   * The size at which a namespace is full; by default there is no quota. An append to a full namespace fails with
   * `QuotaExceededError`. The file stores the quota like `retention`. Not together with `retention`.
   */
  readonly quota?: Quota | undefined;
}

/** The options, after checks and with defaults. */
export interface CheckedSqliteOptions {
  readonly path: string;
  readonly durability: "disk" | "process";
  readonly maxCommitBytes: number;
  readonly timeout: number;
  readonly pollInterval: number;
  readonly bounds: Bounds;
  readonly backend: BackendOptions;
}

const OPTIONS: readonly (keyof SqliteOptions)[] = [
  "path",
  "durability",
  "maxCommitBytes",
  "timeout",
  "pollInterval",
  "retention",
  "quota",
];
/** The default of `timeout`, in milliseconds. */
export const DEFAULT_TIMEOUT_MS = 15_000;
/** The default of `pollInterval`, in milliseconds. */
const DEFAULT_POLL_INTERVAL_MS = 10;

/** The greatest `maxCommitBytes`. The limits of V8 for strings and of SQLite for rows are slightly greater. */
const MAX_MAX_COMMIT_BYTES = 500_000_000;

/** The longest delay of a timer, in milliseconds. */
export const MAX_DELAY_MS = 2 ** 31 - 1;

/**
 * Checks the options of {@link sqlite}.
 *
 * @param caller The name of the public function, for errors.
 * @throws {InvalidArgumentError} If an option is unknown or has a wrong value.
 */
export function checkSqliteOptions(options: SqliteOptions, caller: string): CheckedSqliteOptions {
  const backend = checkBackendOptions(options, caller, OPTIONS);
  const { durability = "disk", maxCommitBytes = DEFAULT_MAX_COMMIT_BYTES, retention, quota } = options;
  const { timeout = DEFAULT_TIMEOUT_MS, pollInterval = DEFAULT_POLL_INTERVAL_MS } = options;
  const path = checkPath(options.path);
  checkChoice(durability, "durability", ["disk", "process"]);
  checkWholeNumber(maxCommitBytes, "maxCommitBytes", 1, MAX_MAX_COMMIT_BYTES, "bytes");
  checkWholeNumber(timeout, "timeout", 1, MAX_DELAY_MS, "milliseconds");
  checkWholeNumber(pollInterval, "pollInterval", 1, MAX_DELAY_MS, "milliseconds");
  const bounds = checkBounds(retention, quota);
  return { path, durability, maxCommitBytes, timeout, pollInterval, bounds, backend };
}

/**
 * Checks the path of a file. SQLite opens a temporary database for `""` and `":memory:"`, and reads `"file:..."` as a
 * URI with options.
 *
 * @returns An absolute path: a later change of the working directory has no effect.
 * @throws {InvalidArgumentError} If it is not the path of a file or its URL.
 */
export function checkPath(path: unknown): string {
  const given = path instanceof URL ? toFilePath(path) : path;
  if (typeof given === "string" && given !== "" && !/^:|^file:|\0/.test(given)) return resolve(given);
  const shown = path instanceof URL ? path.href : path;
  refuseArgument("path", "the path of a file or its file: URL", shown, ". memory() keeps events in memory");
}

/** The path of a `file:` URL; `undefined` if the URL has no path on this machine. */
function toFilePath(url: URL): string | undefined {
  if (url.protocol !== "file:" || url.search !== "" || url.hash !== "") return undefined;
  try {
    return fileURLToPath(url);
  } catch {
    return undefined; // The URL names a host, or its path contains an encoded "/".
  }
}
