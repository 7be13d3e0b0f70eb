import type { Position } from "../base/position.ts";
import { checkChoice } from "../checks/check_choice.ts";
import { checkFunction } from "../checks/check_function.ts";
import { checkOptions } from "../checks/check_options.ts";
import { checkWholeNumber } from "../checks/check_whole_number.ts";
import { refuseArgument } from "../checks/refuse_argument.ts";
import { InvalidArgumentError } from "../errors/invalid_argument_error.ts";
import { isAetherError } from "../errors/is_aether_error.ts";
import type { EventMetadata } from "../events/event_metadata.ts";
import { freezeMetadata } from "../events/freeze_metadata.ts";
import { idProblem } from "../events/id_problem.ts";
import { COMMIT_ID_LOOKBACK, MAX_ATTEMPTS, MAX_COPIED_JSON_BYTES } from "../base/limits.ts";
import { parsePosition } from "../values/position.ts";
import { type Backoff, pauseFor } from "./backoff.ts";
import type { ExecuteOptions, Lookback } from "./options.ts";

/** The options of one execution, after checks and with defaults. */
export interface ExecuteSettings {
  readonly expectedVersion: number | undefined;
  readonly attempts: number;
  readonly backoff: Backoff;
  readonly pause: (milliseconds: number, signal: AbortSignal | undefined) => Promise<void>;
  readonly commitId: string | undefined;
  readonly lookback: Lookback;
  /** Whether the option `onExhausted` is `"refuse"`. */
  readonly refusesExhausted: boolean;
  /**
   * A version that the actor had before the command was issued. Set if another process may execute a copy of the
   * command. All commits after this version are searched for the commit id, in addition to the commits of the lookback.
   */
  readonly issuedAfter?: number | undefined;
  /** Called with the state after the decided events, before they are appended. If it throws, nothing is stored. */
  readonly checkState?: ((state: unknown) => void) | undefined;
  readonly metadata: EventMetadata;
  readonly signal: AbortSignal | undefined;
}

const OPTIONS: ReadonlySet<string> = new Set([
  "expectedVersion",
  "attempts",
  "backoff",
  "random",
  "pause",
  "commitId",
  "lookback",
  "onExhausted",
  "metadata",
  "signal",
]);

const SINCE: ReadonlySet<string> = new Set(["since"]);

/**
 * Checks the options of `execute`. Reads each of them once. The store checks the signal.
 *
 * @throws {InvalidArgumentError} If an option is invalid.
 */
export function toExecuteSettings(options: ExecuteOptions): ExecuteSettings {
  checkOptions(options, OPTIONS, "execute");
  const { expectedVersion, attempts = 1, backoff, random, pause = pauseFor } = options;
  const { commitId, lookback, onExhausted, metadata, signal } = options;
  checkWholeNumber(expectedVersion, "expectedVersion", 0);
  checkWholeNumber(attempts, "attempts", 1, MAX_ATTEMPTS);
  checkAttempts(expectedVersion, attempts);
  checkFunction(backoff, "backoff");
  checkFunction(random, "random");
  checkFunction(pause, "pause");
  checkCommitId(commitId);
  checkChoice(onExhausted, "onExhausted", ["execute", "refuse"]);
  checkNeedsCommitId(lookback, "lookback", commitId);
  checkNeedsCommitId(onExhausted, "onExhausted", commitId);
  return {
    expectedVersion,
    attempts,
    backoff: { backoff, random },
    pause,
    commitId,
    lookback: toLookback(lookback),
    refusesExhausted: onExhausted === "refuse",
    metadata: copyMetadata(metadata),
    signal,
  };
}

function checkAttempts(expectedVersion: number | undefined, attempts: number): void {
  if (expectedVersion === undefined || attempts === 1) return;
  throw new InvalidArgumentError(
    `attempts must be 1 with an expectedVersion, not ${attempts}: a command for version ${expectedVersion} is not ` +
      `decided at another version. Omit one of them`,
    { argument: "attempts" },
  );
}

function checkCommitId(commitId: string | undefined): void {
  const problem = commitId === undefined ? undefined : idProblem(commitId);
  if (problem !== undefined) throw new InvalidArgumentError(`commitId ${problem}`, { argument: "commitId" });
}

function checkNeedsCommitId(value: unknown, name: string, commitId: string | undefined): void {
  if (value === undefined || commitId !== undefined) return;
  throw new InvalidArgumentError(`${name} needs a commitId: it controls the search for the commit id`, {
    argument: name,
  });
}

function toLookback(lookback: Lookback = COMMIT_ID_LOOKBACK): Lookback {
  if (lookback === "all") return lookback;
  if (typeof lookback !== "object" || lookback === null) {
    if (Number.isSafeInteger(lookback) && lookback >= 1) return lookback;
    return refuseArgument("lookback", 'a number of commits, 1 or more, "all" or { since: position }', lookback);
  }
  checkOptions(lookback, SINCE, "lookback");
  return { since: parseSince(lookback.since) };
}

function parseSince(since: Position): Position {
  try {
    return parsePosition(since);
  } catch (cause) {
    if (!isAetherError(cause, "invalid-argument")) throw cause;
    throw new InvalidArgumentError(`lookback.since is not valid. ${cause.message}`, { argument: "lookback" }, {
      cause,
    });
  }
}

function copyMetadata(metadata: EventMetadata | undefined): EventMetadata {
  try {
    return freezeMetadata(metadata, "metadata", MAX_COPIED_JSON_BYTES).value as EventMetadata;
  } catch (cause) {
    if (!isAetherError(cause, "invalid-event")) throw cause;
    throw new InvalidArgumentError(cause.message, { argument: "metadata" }, { cause });
  }
}
