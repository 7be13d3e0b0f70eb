import { checkFunction } from "../checks/check_function.ts";
import { checkOptions } from "../checks/check_options.ts";
import { checkSignalOption } from "../checks/check_signal_option.ts";
import { checkWholeNumber } from "../checks/check_whole_number.ts";
import { refuseArgument } from "../checks/refuse_argument.ts";
import { InvalidArgumentError } from "../errors/invalid_argument_error.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { checkName } from "../cluster/cluster_options.ts";
import type { Backoff } from "../state/backoff.ts";
import { type ExecuteSettings, toExecuteSettings } from "../state/execute_settings.ts";
import type { ExecuteOptions } from "../state/options.ts";
import type { ClusterHostOptions, HostedOptions, LocalHostOptions } from "./actor_host.ts";

/** The options of a host, after checks and with defaults. */
export interface HostSettings<S> {
  readonly name: string;
  readonly cluster: Cluster | undefined;
  readonly idleAfter: number;
  readonly maxActors: number;
  readonly maxQueue: number;
  readonly maxRequestAge: number;
  readonly answer: ((state: S) => unknown) | undefined;
}

const HOST_OPTIONS: ReadonlySet<string> = new Set([
  "name",
  "cluster",
  "idleAfter",
  "maxActors",
  "maxQueue",
  "maxRequestAge",
  "answer",
]);

/** Milliseconds. To keep a state of a few kilobytes for a minute costs less than to load the actor once. */
const DEFAULT_IDLE_AFTER = 60_000;
const MAX_IDLE_AFTER = 86_400_000;
/** Actors. With states of a few kilobytes, they take some tens of megabytes. */
const DEFAULT_MAX_ACTORS = 10_000;
const MAX_ACTORS = 10_000_000;
/** Commands. If each takes a millisecond, the last one waits for a second. */
const DEFAULT_MAX_QUEUE = 1_000;
const MAX_QUEUE = 1_000_000;
/** Milliseconds. Commands in a healthy queue wait for less time, and clients wait for more time. */
const DEFAULT_MAX_REQUEST_AGE = 2_000;
const MAX_REQUEST_AGE = 60_000;

/**
 * Attempts of one command under contention. After a busy owner has handed back a command, its caller competes with that
 * owner and wins only some of the appends.
 */
const DEFAULT_ATTEMPTS = 100;

/**
 * Milliseconds of the first pause after a conflict, and of the longest. An attempt on a state in memory takes about
 * one.
 */
const FIRST_PAUSE = 2;
const LONGEST_PAUSE = 50;

/** Pauses of hosted commands: full jitter, and shorter than the pauses of `execute`, whose attempts load the actor. */
export const HOSTED_RETRY: Backoff = {
  backoff: (conflicts, random) => random * Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (conflicts - 1)),
};

/** Checks the options of `hostActors`. Reads each of them once. */
export function toHostSettings<S>(
  options: LocalHostOptions<S, unknown> | ClusterHostOptions<S, unknown>,
): HostSettings<S> {
  checkOptions(options, HOST_OPTIONS, "hostActors");
  const { cluster, name, answer } = options;
  const { idleAfter = DEFAULT_IDLE_AFTER, maxActors = DEFAULT_MAX_ACTORS, maxQueue = DEFAULT_MAX_QUEUE } = options;
  const { maxRequestAge } = options as ClusterHostOptions<S, unknown>;
  checkCluster(cluster);
  if (cluster !== undefined || name !== undefined) checkName(name, "name");
  checkWholeNumber(idleAfter, "idleAfter", 1, MAX_IDLE_AFTER, "milliseconds");
  checkWholeNumber(maxActors, "maxActors", 1, MAX_ACTORS);
  checkWholeNumber(maxQueue, "maxQueue", 1, MAX_QUEUE);
  checkWholeNumber(maxRequestAge, "maxRequestAge", 1, MAX_REQUEST_AGE, "milliseconds");
  if (maxRequestAge !== undefined && cluster === undefined) {
    throw new InvalidArgumentError(
      "maxRequestAge needs a cluster: only commands of other nodes are handed back. Pass cluster or omit the option",
      { argument: "maxRequestAge" },
    );
  }
  checkFunction(answer, "answer");
  return {
    name: name ?? "actors",
    cluster,
    idleAfter,
    maxActors,
    maxQueue,
    maxRequestAge: maxRequestAge ?? DEFAULT_MAX_REQUEST_AGE,
    answer,
  };
}

function checkCluster(cluster: unknown): void {
  if (cluster === undefined) return;
  if (typeof (cluster as Partial<Cluster> | null)?.offer === "function") return;
  refuseArgument("cluster", "a cluster that backend.join() returned", cluster);
}

const COMMAND_OPTIONS: ReadonlySet<string> = new Set([
  "expectedVersion",
  "attempts",
  "commitId",
  "lookback",
  "onExhausted",
  "metadata",
  "signal",
]);

/**
 * Checks the options of one command.
 *
 * @param retry Makes the pauses between attempts; a simulator passes its own.
 */
export function toCommandSettings(
  options: HostedOptions,
  retry: Backoff & Pick<ExecuteOptions, "pause">,
): ExecuteSettings {
  checkOptions(options, COMMAND_OPTIONS, "execute of a host");
  const { expectedVersion, attempts, commitId, lookback, onExhausted, metadata, signal } = options;
  checkSignalOption(signal);
  return toExecuteSettings({
    expectedVersion,
    attempts: attempts ?? (expectedVersion === undefined ? DEFAULT_ATTEMPTS : 1),
    commitId,
    lookback,
    onExhausted,
    metadata,
    signal,
    ...retry,
  });
}
