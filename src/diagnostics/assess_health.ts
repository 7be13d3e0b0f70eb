import type { BackendProbe } from "../backend/backend.ts";

/** From best to worst. */
export type HealthStatus = "pass" | "warn" | "fail";

/** Why a report does not pass. */
export interface HealthReason {
  /**
   * `"unreachable"`: the storage did not answer. `"slow"`: it answered late. `"clock-skew"`: its clock differs.
   * `"quota"`: it is almost full, or full. `"reconnecting"`: subscriptions have lost it. `"stalled"`: a consumer has
   * left an event waiting for too long. `"failed"`: a lane of a consumer stands still. `"parked"`: actors are parked.
   * `"unknown-consumer"`: the status of a consumer could not be read.
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
    | "unknown-consumer";
  /** How bad it is. */
  readonly status: "warn" | "fail";
  /** A sentence with the numbers. */
  readonly message: string;
}

/** The part of a consumer's status that is assessed. `status()` of a consumer has it. */
export interface ConsumerFacts {
  /** Whether an operator has paused the consumer. */
  readonly paused: boolean;
  /** Its lanes. */
  readonly lanes: readonly {
    readonly state: string;
    readonly lag: { readonly events: number; readonly milliseconds: number };
    readonly parked: number;
  }[];
}

/** The summary of one consumer. */
export interface ConsumerHealth {
  /** The name of the consumer. */
  readonly name: string;
  /** Events that wait. */
  readonly lag: number;
  /** Milliseconds that the oldest of them has waited; 0 if none. */
  readonly waiting: number;
  /** Parked actors. */
  readonly parked: number;
  /** Lanes that stand still until an operator acts. */
  readonly failed: number;
  /** Whether an operator has paused the consumer. */
  readonly paused: boolean;
}

/** Bounds between pass, warn and fail. */
export interface HealthBounds {
  /** Milliseconds of a round trip above which the report warns. */
  readonly maxRoundTrip: number;
  /** Milliseconds of clock skew above which the report warns. */
  readonly maxClockSkew: number;
  /** Milliseconds that an event may wait for a consumer before the consumer counts as stalled. */
  readonly maxWaiting: number;
  /** The used part of the quota, from 0 to 1, above which the report warns. */
  readonly maxUsage: number;
}

/** The used part of the quota above which the report fails: appends are refused soon. */
const FULL = 0.98;

/** Sums up the lanes of a consumer. */
export function summarizeConsumer(name: string, { paused, lanes }: ConsumerFacts): ConsumerHealth {
  return {
    name,
    lag: lanes.reduce((sum, { lag }) => sum + lag.events, 0),
    waiting: lanes.reduce((longest, { lag }) => Math.max(longest, lag.events > 0 ? lag.milliseconds : 0), 0),
    parked: lanes.reduce((sum, { parked }) => sum + parked, 0),
    failed: lanes.filter(({ state }) => state === "failed").length,
    paused,
  };
}

/** The reasons why a storage and its subscriptions do not pass. */
export function assessStorage(probe: BackendProbe, bounds: HealthBounds): HealthReason[] {
  const { roundTrip, clockSkew = 0, usedBytes = 0, maxBytes = Infinity, subscriptions: { reconnecting } } = probe;
  const reasons: HealthReason[] = [];
  if (roundTrip > bounds.maxRoundTrip) {
    const message = `The storage answered in ${ms(roundTrip)}, more than ${ms(bounds.maxRoundTrip)}`;
    reasons.push({ code: "slow", status: "warn", message });
  }
  // The round trip hides a difference of up to its half.
  if (Math.abs(clockSkew) - roundTrip / 2 > bounds.maxClockSkew) {
    const message = `The clocks of the storage and of this process differ by ${ms(Math.abs(clockSkew))}, more than ` +
      `${ms(bounds.maxClockSkew)}`;
    reasons.push({ code: "clock-skew", status: "warn", message });
  }
  const usage = usedBytes / maxBytes;
  if (usage > bounds.maxUsage) {
    const message = `${usedBytes} of ${maxBytes} bytes are used`;
    reasons.push({ code: "quota", status: usage > FULL ? "fail" : "warn", message });
  }
  if (reconnecting > 0) {
    reasons.push({ code: "reconnecting", status: "warn", message: `${reconnecting} subscriptions are reconnecting` });
  }
  return reasons;
}

/** The reasons why a consumer does not pass. A paused consumer is not stalled. */
export function assessConsumer(consumer: ConsumerHealth, { maxWaiting }: HealthBounds): HealthReason[] {
  const { name, lag, waiting, parked, failed, paused } = consumer;
  const reasons: HealthReason[] = [];
  if (failed > 0) {
    reasons.push({ code: "failed", status: "fail", message: `${failed} lanes of the consumer "${name}" stand still` });
  }
  if (!paused && lag > 0 && waiting > maxWaiting) {
    const message = `${lag} events wait for the consumer "${name}", the oldest for ${ms(waiting)}`;
    reasons.push({ code: "stalled", status: "fail", message });
  }
  if (parked > 0) {
    reasons.push({ code: "parked", status: "warn", message: `${parked} actors of the consumer "${name}" are parked` });
  }
  return reasons;
}

/** The worst status of reasons. */
export function worstOf(reasons: readonly HealthReason[]): HealthStatus {
  if (reasons.some(({ status }) => status === "fail")) return "fail";
  return reasons.length > 0 ? "warn" : "pass";
}

function ms(value: number): string {
  return `${Math.round(value)} ms`;
}
