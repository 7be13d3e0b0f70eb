import type { ConsumeOptions } from "@flowmade-one/aether/consumers";
import { PARK_AFTER, SESSION_TTL_MS } from "../limits.ts";
import type { Report } from "./report.ts";

/** The settings that all consumers of the service share. */
export type ConsumerSettings = Pick<ConsumeOptions, "ttl" | "onFailure" | "backoff" | "onError">;

/**
 * Makes the settings of one consumer.
 *
 * @param name The consumer's name in reports.
 * @param pause Milliseconds before a retry; `undefined` for the default of `consume`.
 */
export function consumerSettings(name: string, report: Report, pause: number | undefined): ConsumerSettings {
  return {
    ttl: SESSION_TTL_MS,
    onFailure: ({ attempt }) => attempt < PARK_AFTER ? "retry" : "park",
    backoff: pause === undefined ? undefined : () => pause,
    onError: (error) => report(name, error),
  };
}
