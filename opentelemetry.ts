/**
 * OpenTelemetry traces and metrics of backends, without a dependency: {@link openTelemetry} makes an observer from the API
 * that the application brings, or from the one that Deno registers.
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
