/**
 * OpenTelemetry traces and metrics of backends, without a dependency: {@link openTelemetry} makes an observer that uses
 * the OpenTelemetry API that the application passes, or the API that Deno or an SDK has registered for the process.
 *
 * @module
 */
export type {
  Attributes,
  Context,
  InstrumentOptions,
  Meter,
  OpenTelemetryApi,
  Span,
  SpanContext,
  SpanOptions,
  Tracer,
  TraceState,
} from "./src/telemetry/api.ts";
export { openTelemetry } from "./src/telemetry/open_telemetry.ts";
export type { OpenTelemetryOptions } from "./src/telemetry/options.ts";
