import { ABSENT_PARTS } from "./absent_parts.ts";
import { hasContext, hasMeters, hasTracers, type OpenTelemetryApi } from "./api.ts";

/** The key under which every implementation of the API registers itself. */
const GLOBAL_KEY = Symbol.for("opentelemetry.js.api.1");

/**
 * The API that Deno or an SDK has registered for this process. Parts that are not registered record nothing.
 *
 * @returns `undefined` if neither traces nor metrics are registered.
 */
export function registeredApi(): OpenTelemetryApi | undefined {
  const registered = (globalThis as { readonly [GLOBAL_KEY]?: unknown })[GLOBAL_KEY];
  if (!hasTracers(registered) && !hasMeters(registered)) return undefined;
  return {
    trace: hasTracers(registered) ? registered.trace : ABSENT_PARTS.trace,
    metrics: hasMeters(registered) ? registered.metrics : ABSENT_PARTS.metrics,
    context: hasContext(registered) ? registered.context : ABSENT_PARTS.context,
  };
}
