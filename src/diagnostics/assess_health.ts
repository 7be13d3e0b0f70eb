import type { BackendProbe } from "../backend/backend.ts";

/** The health of a backend, from best to worst. */
export type HealthStatus = "pass" | "warn" | "fail";

/** A reason why the status of a report is not `"pass"`. */
export interface HealthReason {
  /**
   * `"unreachable"`: the storage did not answer. `"slow"`: the storage answered late. `"clock-skew"`: the clocks of the
   * storage and of this process differ. `"quota"`: the storage is full or almost full. `"reconnecting"`: subscriptions
   * have lost the connection to the storage. `"stalled"`: a consumer with a due event has made no progress for too
   * long. `"failed"`: a lane of a consumer has stopped after a failure. `"parked"`: actors are parked. `"paused"`:
   * events wait for a paused consumer. `"unknown-consumer"`: the status of a consumer could not be read.
   */
  readonly code:
    | "unreachable"
    | "slow"
    | "clock-skew"
    | "quota"
    | "reconnecting"
    | "stalled"
    | "failed"
    | "parked"
    | "paused"
    | "unknown-consumer";
  /** The severity of the reason. */
  readonly status: "warn" | "fail";
  /**
   * A sentence with the measured values. It can name consumers. It names no namespaces or actors unless `errorMessages`
   * is true.
   */
  readonly message: string;
  /** The consumer with the problem; absent if the reason concerns the storage. */
  readonly consumer?: string | undefined;
  /**
   * Why a part could not be checked: the code of an `AetherError`, `"timeout"`, or the name of a standard error;
   * `"_OTHER"` for any other error.
   */
  readonly error?: string | undefined;
}

/** The part of a consumer's status that is assessed. The result of `status()` contains it. */
export interface ConsumerFacts {
  /** Whether an operator has paused the consumer. */
  readonly paused: boolean;
  /** The lanes of the consumer: see `LaneStatus`. */
  readonly lanes: readonly {
    readonly state: string;
    readonly lag: { readonly events: number; readonly milliseconds: number };
    readonly idle: number;
    readonly parked: number;
  }[];
}

/** The summary of one consumer. */
export interface ConsumerHealth {
  /** The name of the consumer. */
  readonly name: string;
  /** Number of events that wait. */
  readonly lag: number;
  /** Milliseconds that the oldest waiting event has waited; 0 if no event waits. */
  readonly waiting: number;
  /**
   * The longest idle time of a lane in milliseconds: an event has been due for that time, and the lane has made no
   * progress. 0 if no lane is idle.
   */
  readonly idle: number;
  /** Number of parked actors. */
  readonly parked: number;
  /** Number of lanes that have stopped until an operator acts. */
  readonly failed: number;
  /** Whether an operator has paused the consumer. */
  readonly paused: boolean;
}

/** Limits above which the status is `"warn"` or `"fail"`. */
export interface HealthBounds {
  /** Milliseconds of a round trip above which the report warns. */
  readonly maxRoundTrip: number;
  /** Milliseconds of clock skew above which the report warns. */
  readonly maxClockSkew: number;
  /** Milliseconds that a lane with a due event may make no progress before its consumer counts as stalled. */
  readonly maxIdle: number;
  /** The used part of the quota, from 0 to 1, above which the report warns. */
  readonly maxUsage: number;
}

/** Percent of the quota above which the report fails, because the storage will soon refuse appends. */
export const FULL_PERCENT = 98;

/** Sums up the lanes of a consumer. */
export function summarizeConsumer(name: string, { paused, lanes }: ConsumerFacts): ConsumerHealth {
  return {
    name,
    lag: lanes.reduce((sum, { lag }) => sum + lag.events, 0),
    waiting: lanes.reduce((longest, { lag }) => Math.max(longest, lag.events > 0 ? lag.milliseconds : 0), 0),
    // A failed lane is reported by the reason `"failed"`.
    idle: lanes.reduce((longest, { state, idle }) => state === "failed" ? longest : Math.max(longest, idle), 0),
    parked: lanes.reduce((sum, { parked }) => sum + parked, 0),
    failed: lanes.filter(({ state }) => state === "failed").length,
    paused,
  };
}

/** Returns the reasons why a storage and the subscriptions to it do not pass. */
export function assessStorage(probe: BackendProbe, bounds: HealthBounds): HealthReason[] {
  const { roundTrip, clockSkew = 0, usedBytes = 0, maxBytes = Infinity, subscriptions: { reconnecting } } = probe;
  const reasons: HealthReason[] = [];
  if (roundTrip > bounds.maxRoundTrip) {
    const message = `The storage answered in ${ms(roundTrip)}, more than ${ms(bounds.maxRoundTrip)}`;
    reasons.push({ code: "slow", status: "warn", message });
  }
  // The measured skew can be wrong by half of the round trip.
  if (Math.abs(clockSkew) - roundTrip / 2 > bounds.maxClockSkew) {
    const message = `The clocks of the storage and of this process differ by ${ms(Math.abs(clockSkew))}, more than ` +
      `${ms(bounds.maxClockSkew)}`;
    reasons.push({ code: "clock-skew", status: "warn", message });
  }
  const usage = usedBytes / maxBytes;
  if (usage > bounds.maxUsage) {
    const message = `${usedBytes} of ${maxBytes} bytes are used`;
    reasons.push({ code: "quota", status: usage > FULL_PERCENT / 100 ? "fail" : "warn", message });
  }
  if (reconnecting > 0) {
    reasons.push({ code: "reconnecting", status: "warn", message: `${reconnecting} subscriptions are reconnecting` });
  }
  return reasons;
}

/**
 * Returns the reasons why a consumer does not pass. For a consumer that an operator has paused, no reason is worse than
 * `"warn"`.
 */
export function assessConsumer(health: ConsumerHealth, { maxIdle }: HealthBounds): HealthReason[] {
  const { name: consumer, lag, idle, parked, failed, paused } = health;
  const reasons: HealthReason[] = [];
  const add = (code: HealthReason["code"], status: HealthReason["status"], message: string) => {
    reasons.push({ code, status, message, consumer });
  };
  if (failed > 0) add("failed", paused ? "warn" : "fail", `${failed} lanes of the consumer "${consumer}" have stopped`);
  if (paused && lag > 0) add("paused", "warn", `${lag} events wait for the consumer "${consumer}", which is paused`);
  if (!paused && lag > 0 && idle > maxIdle) {
    add("stalled", "fail", `The consumer "${consumer}" has made no progress for ${ms(idle)}, and ${lag} events wait`);
  }
  if (parked > 0) add("parked", "warn", `${parked} actors of the consumer "${consumer}" are parked`);
  return reasons;
}

/** Returns the status of a report with these reasons. */
export function worstOf(reasons: readonly HealthReason[]): HealthStatus {
  if (reasons.some(({ status }) => status === "fail")) return "fail";
  return reasons.length > 0 ? "warn" : "pass";
}

function ms(value: number): string {
  return `${Math.round(value)} ms`;
}
