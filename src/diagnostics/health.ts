import type { Backend, BackendProbe } from "../backend/backend.ts";
import { checkOptions } from "../checks/check_options.ts";
import { checkSignalOption } from "../checks/check_signal_option.ts";
import { messageOf } from "../base/format_value.ts";
import { checkWholeNumber } from "../checks/check_whole_number.ts";
import { refuseArgument } from "../checks/refuse_argument.ts";
import { AbortError } from "../errors/abort_error.ts";
import { errorType } from "../errors/error_type.ts";
import {
  assessConsumer,
  assessStorage,
  type ConsumerFacts,
  type ConsumerHealth,
  FULL_PERCENT,
  type HealthBounds,
  type HealthReason,
  type HealthStatus,
  summarizeConsumer,
  worstOf,
} from "./assess_health.ts";

/** A consumer whose status can be read: the result of `consume` or of `consumer(store, name)`. */
export interface CheckedConsumer {
  /**
   * The name in the report. Consumers of several namespaces may have the same name. To distinguish them, pass objects
   * with other names and the consumers' `status` functions.
   */
  readonly name: string;
  /** Reads the status. The signal is aborted when the option `timeout` of the check has passed. */
  status(options: { readonly signal: AbortSignal }): Promise<ConsumerFacts>;
}

/** Options of {@link health}. */
export interface HealthOptions {
  /** Aborts the check. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Milliseconds after which a storage or consumer that has not answered counts as unreachable; 1 to 600,000, by
   * default 5,000.
   */
  readonly timeout?: number | undefined;
  /** The consumers to check; by default none. */
  readonly consumers?: readonly CheckedConsumer[] | undefined;
  /**
   * Milliseconds that a consumer with a due event may make no progress before it counts as stalled; by default 60,000.
   * The value must be greater than the time that a handler needs for one event, and greater than the option
   * `saveEvery` of the consumer.
   */
  readonly maxIdle?: number | undefined;
  /** Milliseconds of a round trip above which the report warns; by default 1,000. */
  readonly maxRoundTrip?: number | undefined;
  /** Milliseconds of clock skew above which the report warns; by default 1,000. */
  readonly maxClockSkew?: number | undefined;
  /**
   * Percent of the storage's quota above which the report warns, 1 to 98; by default 80. Above 98 percent, the report
   * fails.
   */
  readonly maxUsage?: number | undefined;
  /**
   * Whether reasons contain the messages of errors; by default false. Such a message can name namespaces, actors and
   * servers: use this option where only operators see the report.
   */
  readonly errorMessages?: boolean | undefined;
}

/** The health of a backend at one time. The value is JSON. */
export interface HealthReport {
  /**
   * `"pass"`: there is no problem. `"warn"`: the backend works, but needs attention. `"fail"`: the backend, or one of
   * its consumers, does not work.
   */
  readonly status: HealthStatus;
  /** The reasons why the status is not `"pass"`, the worst first. */
  readonly reasons: readonly HealthReason[];
  /** The answer of the storage; absent if it did not answer. */
  readonly storage?: BackendProbe | undefined;
  /** The consumers whose status could be read. */
  readonly consumers: readonly ConsumerHealth[];
}

const OPTIONS: ReadonlySet<string> = new Set([
  "signal",
  "timeout",
  "consumers",
  "maxIdle",
  "maxRoundTrip",
  "maxClockSkew",
  "maxUsage",
  "errorMessages",
]);

const DEFAULT_TIMEOUT = 5_000;
const MAX_TIMEOUT = 600_000;
const DEFAULT_MAX_IDLE = 60_000;
const DEFAULT_MAX_ROUND_TRIP = 1_000;
const DEFAULT_MAX_CLOCK_SKEW = 1_000;
const DEFAULT_MAX_USAGE = 80;

/**
 * Checks that a backend works: its storage answers, its subscriptions are connected, and its consumers make progress.
 *
 * A failed check becomes a reason in the report and not an exception. The function returns within `timeout`, even if
 * the storage never answers.
 *
 * @param backend The backend.
 * @param options See {@link HealthOptions}.
 * @returns A report for a route such as `/healthz`. It can name consumers. It names no namespaces or actors unless
 * `errorMessages` is true.
 * @throws {InvalidArgumentError} If an option is not valid.
 * @throws {AbortError} If the signal was aborted.
 *
 * @example A route for a load balancer
 * ```ts
 * import { health } from "@flowmade-one/aether/observability";
 * import { memory } from "@flowmade-one/aether/memory";
 * import { assertEquals } from "@std/assert";
 *
 * await using backend = memory();
 * const route = async () => {
 *   const report = await health(backend, { timeout: 2_000 });
 *   return Response.json(report, { status: report.status === "fail" ? 503 : 200 });
 * };
 * assertEquals((await route()).status, 200);
 * ```
 */
export async function health(
  backend: Pick<Backend, "probe">,
  options: HealthOptions = {},
): Promise<HealthReport> {
  checkOptions(options, OPTIONS, "health");
  if (typeof backend?.probe !== "function") refuseArgument("backend", "a backend", backend);
  const { signal, timeout = DEFAULT_TIMEOUT, consumers = [], errorMessages = false, ...boundOptions } = options;
  checkSignalOption(signal);
  checkWholeNumber(timeout, "timeout", 1, MAX_TIMEOUT, "milliseconds");
  if (typeof errorMessages !== "boolean") refuseArgument("errorMessages", "true or false", errorMessages);
  const bounds = toBounds(boundOptions);
  const checked = checkConsumers(consumers);
  const limit = new TimeLimit(timeout, signal);
  try {
    const [storage, ...statuses] = await Promise.all([
      limit.wait((limitedSignal) => backend.probe({ signal: limitedSignal })),
      ...checked.map(({ name }, i) =>
        limit.wait(async (limitedSignal) => {
          return summarizeConsumer(name, await checked[i]!.status({ signal: limitedSignal }));
        })
      ),
    ]);
    if (signal?.aborted) {
      throw new AbortError("Cannot check the health: the signal was aborted", { cause: signal.reason });
    }
    return toReport({ storage, statuses, names: checked.map(({ name }) => name), bounds, errorMessages });
  } finally {
    limit.end();
  }
}

function toBounds(options: { readonly [K in keyof HealthBounds]?: number | undefined }): HealthBounds {
  const {
    maxIdle = DEFAULT_MAX_IDLE,
    maxRoundTrip = DEFAULT_MAX_ROUND_TRIP,
    maxClockSkew = DEFAULT_MAX_CLOCK_SKEW,
    maxUsage = DEFAULT_MAX_USAGE,
  } = options;
  for (const [name, value] of Object.entries({ maxIdle, maxRoundTrip, maxClockSkew })) {
    checkWholeNumber(value, name, 0, undefined, "milliseconds");
  }
  checkWholeNumber(maxUsage, "maxUsage", 1, FULL_PERCENT, "percent");
  return { maxIdle, maxRoundTrip, maxClockSkew, maxUsage: maxUsage / 100 };
}

function checkConsumers(consumers: unknown): CheckedConsumer[] {
  const isConsumer = (value: Partial<CheckedConsumer> | null | undefined) => {
    return typeof value?.name === "string" && typeof value.status === "function";
  };
  if (!Array.isArray(consumers)) return refuseArgument("consumers", "an array of consumers", consumers);
  const copy = [...consumers];
  const wrong = copy.findIndex((consumer) => !isConsumer(consumer));
  if (wrong === -1) return copy;
  return refuseArgument(`consumers[${wrong}]`, "a consumer, with a name and a status function", copy[wrong]);
}

/** The result of the check of one part: its answer, or the error. */
type Answer<T> = { readonly value: T } | { readonly error: unknown };

/** The results of the checks of all parts, and the options for their assessment. */
interface Answers {
  readonly storage: Answer<BackendProbe>;
  /** The results of the consumers, in the order of `names`. */
  readonly statuses: readonly Answer<ConsumerHealth>[];
  readonly names: readonly string[];
  readonly bounds: HealthBounds;
  readonly errorMessages: boolean;
}

function toReport({ storage, statuses, names, bounds, errorMessages }: Answers): HealthReport {
  const failedCheck = (code: HealthReason["code"], state: string, { error }: { readonly error: unknown }) => {
    const type = error instanceof TimedOut ? "timeout" : errorType(error);
    const detail = errorMessages || error instanceof TimedOut ? messageOf(error) : type;
    return { code, status: "fail", message: `${state}: ${detail}`, error: type } as const;
  };
  const consumers = statuses.flatMap((answer) => "value" in answer ? [answer.value] : []);
  const reasons: HealthReason[] = [
    ...("value" in storage
      ? assessStorage(storage.value, bounds)
      : [failedCheck("unreachable", "The storage did not answer", storage)]),
    ...statuses.flatMap((answer, i) => {
      if ("value" in answer) return [];
      const consumer = names[i]!;
      const state = `The status of the consumer "${consumer}" could not be read`;
      return [{ ...failedCheck("unknown-consumer", state, answer), consumer }];
    }),
    ...consumers.flatMap((consumer) => assessConsumer(consumer, bounds)),
  ];
  reasons.sort((a, b) => Number(b.status === "fail") - Number(a.status === "fail"));
  return {
    status: worstOf(reasons),
    reasons,
    ...("value" in storage && { storage: storage.value }),
    consumers,
  };
}

/** The error of a part that has not answered within the time limit of the check. */
class TimedOut extends Error {
  override readonly name = "TimedOut";
}

/** The common time limit of all parts of a check. */
class TimeLimit {
  readonly #timeout: AbortController = new AbortController();
  readonly #timer: ReturnType<typeof setTimeout>;
  readonly #signal: AbortSignal;

  constructor(timeout: number, signal: AbortSignal | undefined) {
    this.#timer = setTimeout(() => this.#timeout.abort(new TimedOut(`no answer within ${timeout} ms`)), timeout);
    this.#signal = signal === undefined ? this.#timeout.signal : AbortSignal.any([signal, this.#timeout.signal]);
  }

  /** Returns the answer of a part, or an error if the part fails or the time limit has passed. Never rejects. */
  async wait<T>(work: (signal: AbortSignal) => Promise<T>): Promise<Answer<T>> {
    const { promise, resolve } = Promise.withResolvers<Answer<T>>();
    const onAbort = () => resolve({ error: this.#signal.reason });
    this.#signal.addEventListener("abort", onAbort);
    try {
      if (this.#signal.aborted) return { error: this.#signal.reason };
      // If the signal was aborted, its reason replaces the error of the part, which can have any class.
      const answer = work(this.#signal).then((value) => ({ value }), (error) => {
        return { error: this.#signal.aborted ? this.#signal.reason : error };
      });
      return await Promise.race([promise, answer]);
    } catch (error) {
      return { error };
    } finally {
      this.#signal.removeEventListener("abort", onAbort);
    }
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}
