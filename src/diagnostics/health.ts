import type { Backend, BackendProbe } from "../backend/backend.ts";
import { checkOptions } from "../checks/check_options.ts";
import { checkSignalOption } from "../checks/check_signal_option.ts";
import { checkWholeNumber } from "../checks/check_whole_number.ts";
import { refuseArgument } from "../checks/refuse_argument.ts";
import { AbortError } from "../errors/abort_error.ts";
import {
  assessConsumer,
  assessStorage,
  type ConsumerFacts,
  type ConsumerHealth,
  type HealthBounds,
  type HealthReason,
  type HealthStatus,
  summarizeConsumer,
  worstOf,
} from "./assess_health.ts";

/** A consumer whose status can be read: the result of `consumer(store, name)`. */
export interface CheckedConsumer {
  /** The name of the consumer. */
  readonly name: string;
  /** Reads the status. */
  status(): Promise<ConsumerFacts>;
}

/** Options of {@link health}. */
export interface HealthOptions {
  /** Aborts the check. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds after which what has not answered counts as unreachable; 1 to 600,000, by default 5,000. */
  readonly timeout?: number | undefined;
  /** The consumers to check; by default none. */
  readonly consumers?: readonly CheckedConsumer[] | undefined;
  /** Milliseconds that an event may wait for a consumer before the consumer counts as stalled; by default 60,000. */
  readonly maxWaiting?: number | undefined;
  /** Milliseconds of a round trip above which the report warns; by default 1,000. */
  readonly maxRoundTrip?: number | undefined;
  /** Milliseconds of clock skew above which the report warns; by default 1,000. */
  readonly maxClockSkew?: number | undefined;
  /** Percent of the storage's quota above which the report warns, 1 to 100; by default 80. Above 98 it fails. */
  readonly maxUsage?: number | undefined;
}

/** The health of a backend at one moment. It is JSON. */
export interface HealthReport {
  /** `"pass"`: nothing is wrong. `"warn"`: it works, and needs attention. `"fail"`: it does not work. */
  readonly status: HealthStatus;
  /** Why the status is not `"pass"`; the worst first. */
  readonly reasons: readonly HealthReason[];
  /** The answer of the storage; absent if there was none. */
  readonly storage?: BackendProbe | undefined;
  /** The consumers whose status could be read. */
  readonly consumers: readonly ConsumerHealth[];
}

const OPTIONS: ReadonlySet<string> = new Set([
  "signal",
  "timeout",
  "consumers",
  "maxWaiting",
  "maxRoundTrip",
  "maxClockSkew",
  "maxUsage",
]);

const DEFAULT_TIMEOUT = 5_000;
const MAX_TIMEOUT = 600_000;
const DEFAULT_MAX_WAITING = 60_000;
const DEFAULT_MAX_ROUND_TRIP = 1_000;
const DEFAULT_MAX_CLOCK_SKEW = 1_000;
const DEFAULT_MAX_USAGE = 80;

/**
 * Checks that a backend works: its storage answers, its subscriptions are connected, and its consumers make progress.
 *
 * A failure is a report, not an error. The report comes after `timeout` at the latest, also if the storage never answers.
 *
 * @param backend The backend.
 * @param options See {@link HealthOptions}.
 * @returns A report for a route such as `/healthz`. It names consumers, and no namespaces or actors.
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
 * const route = async (request: Request) => {
 *   const report = await health(backend, { signal: request.signal, timeout: 2_000 });
 *   return Response.json(report, { status: report.status === "fail" ? 503 : 200 });
 * };
 * assertEquals((await route(new Request("http://localhost/healthz"))).status, 200);
 * ```
 */
export async function health(
  backend: Pick<Backend, "probe">,
  options: HealthOptions = {},
): Promise<HealthReport> {
  checkOptions(options, OPTIONS, "health");
  if (typeof backend?.probe !== "function") refuseArgument("backend", "a backend", backend);
  const { signal, timeout = DEFAULT_TIMEOUT, consumers = [], ...given } = options;
  checkSignalOption(signal);
  checkWholeNumber(timeout, "timeout", 1, MAX_TIMEOUT, "milliseconds");
  const bounds = toBounds(given);
  const checked = [...consumers];
  const limit = new TimeLimit(timeout, signal);
  try {
    const [storage, ...statuses] = await Promise.all([
      limit.wait((limited) => backend.probe({ signal: limited })),
      ...checked.map(({ name }, i) => limit.wait(async () => summarizeConsumer(name, await checked[i]!.status()))),
    ]);
    if (signal?.aborted) {
      throw new AbortError("Cannot check the health: its signal was aborted", { cause: signal.reason });
    }
    return toReport(storage, statuses, checked.map(({ name }) => name), bounds);
  } finally {
    limit.end();
  }
}

function toBounds(options: { readonly [K in keyof HealthBounds]?: number | undefined }): HealthBounds {
  const {
    maxWaiting = DEFAULT_MAX_WAITING,
    maxRoundTrip = DEFAULT_MAX_ROUND_TRIP,
    maxClockSkew = DEFAULT_MAX_CLOCK_SKEW,
    maxUsage = DEFAULT_MAX_USAGE,
  } = options;
  for (const [name, value] of Object.entries({ maxWaiting, maxRoundTrip, maxClockSkew })) {
    checkWholeNumber(value, name, 0, undefined, "milliseconds");
  }
  checkWholeNumber(maxUsage, "maxUsage", 1, 100, "percent");
  return { maxWaiting, maxRoundTrip, maxClockSkew, maxUsage: maxUsage / 100 };
}

/** The answer of one part, or its failure. */
type Answer<T> = { readonly value: T } | { readonly error: unknown };

function toReport(
  storage: Answer<BackendProbe>,
  statuses: readonly Answer<ConsumerHealth>[],
  names: readonly string[],
  bounds: HealthBounds,
): HealthReport {
  const consumers = statuses.flatMap((answer) => "value" in answer ? [answer.value] : []);
  const reasons: HealthReason[] = [
    ...("value" in storage ? assessStorage(storage.value, bounds) : [unreachable(storage.error)]),
    ...statuses.flatMap((answer, i) => "error" in answer ? [unknownConsumer(names[i]!, answer.error)] : []),
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

function unreachable(error: unknown): HealthReason {
  return { code: "unreachable", status: "fail", message: `The storage did not answer: ${messageOf(error)}` };
}

function unknownConsumer(name: string, error: unknown): HealthReason {
  const message = `The status of the consumer "${name}" could not be read: ${messageOf(error)}`;
  return { code: "unknown-consumer", status: "fail", message };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The time that all parts of a check have together. */
class TimeLimit {
  readonly #over: AbortController = new AbortController();
  readonly #timer: ReturnType<typeof setTimeout>;
  readonly #signal: AbortSignal;

  constructor(timeout: number, signal: AbortSignal | undefined) {
    this.#timer = setTimeout(() => this.#over.abort(new Error(`no answer within ${timeout} ms`)), timeout);
    this.#signal = signal === undefined ? this.#over.signal : AbortSignal.any([signal, this.#over.signal]);
  }

  /** The answer of a part that comes in time. Does not reject. */
  async wait<T>(work: (signal: AbortSignal) => Promise<T>): Promise<Answer<T>> {
    const { promise, resolve } = Promise.withResolvers<Answer<T>>();
    const late = () => resolve({ error: this.#signal.reason });
    this.#signal.addEventListener("abort", late);
    try {
      if (this.#signal.aborted) return { error: this.#signal.reason };
      const answer = work(this.#signal).then((value) => ({ value }), (error) => ({ error }));
      return await Promise.race([promise, answer]);
    } catch (error) {
      return { error };
    } finally {
      this.#signal.removeEventListener("abort", late);
    }
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}
