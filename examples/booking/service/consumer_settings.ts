import type { ConsumeOptions } from "@flowmade-one/aether/consumers";
import { PARK_AFTER, SESSION_MS } from "../limits.ts";
import type { Report } from "./report.ts";

/** The settings that all consumers of the service share. */
export type ConsumerSettings = Pick<ConsumeOptions, "session" | "onFailure" | "backoff" | "onError">;

/**
 * Makes the settings of a consumer.
 *
 * @param what The consumer in reports.
 * @param pause Milliseconds before a retry; `undefined` for the default of `consume`.
 */
export function consumerSettings(what: string, report: Report, pause: number | undefined): ConsumerSettings {
  return {
    session: SESSION_MS,
    onFailure: ({ attempt }) => attempt < PARK_AFTER ? "retry" : "park",
    backoff: pause === undefined ? undefined : () => pause,
    onError: (error) => report(what, error),
  };
}
