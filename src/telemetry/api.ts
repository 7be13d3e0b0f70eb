/**
 * The parts of the OpenTelemetry API that the observer uses. The module `npm:@opentelemetry/api` 1.9 or newer has them, and
 * so has the object that Deno registers when `OTEL_DENO=true`.
 */
export interface OpenTelemetryApi {
  /** Returns tracers. */
  readonly trace: { getTracer(name: string, version?: string, options?: { schemaUrl?: string }): Tracer };
  /** Returns meters. */
  readonly metrics: {
    getMeter(name: string, version?: string, options?: { schemaUrl?: string }): Meter;
    /** The registered provider of meters. The module has it; a provider itself has not. */
    getMeterProvider?(): object;
  };
  /** Carries the context across asynchronous calls. */
  readonly context: { active(): Context; with(context: Context, work: () => void): unknown };
}

/** Starts spans. */
export interface Tracer {
  /** Starts a span whose parent is the span of the context. */
  startSpan(name: string, options?: SpanOptions, context?: Context): Span;
}

/** The options of a new span. */
export interface SpanOptions {
  /** 0 internal, 2 client, 3 producer, 4 consumer. */
  kind?: number;
  /** The attributes that samplers see when the span starts. */
  attributes?: Attributes;
  /** Related spans. */
  links?: { context: SpanContext; attributes?: Attributes }[];
}

/** A span. */
export interface Span {
  /** Its identity. */
  spanContext(): SpanContext;
  /** Adds attributes. */
  setAttributes(attributes: Attributes): unknown;
  /** Adds a link. Absent before version 1.9 of the API. */
  addLink?(link: { context: SpanContext }): unknown;
  /** Sets the status; code 2 is an error. */
  setStatus(status: { code: number }): unknown;
  /** Ends the span. */
  end(): void;
}

/** The identity of a span. */
export interface SpanContext {
  /** 32 hexadecimal digits. */
  traceId: string;
  /** 16 hexadecimal digits. */
  spanId: string;
  /** 1 if the span is sampled. */
  traceFlags: number;
  /** Whether another process created it. */
  isRemote?: boolean;
  /** The values of tracing systems. */
  traceState?: TraceState;
}

/** The values of tracing systems, by key. */
export interface TraceState {
  /** A copy with a value. */
  set(key: string, value: string): TraceState;
  /** A copy without a value. */
  unset(key: string): TraceState;
  /** A value. */
  get(key: string): string | undefined;
  /** The header `tracestate`. */
  serialize(): string;
}

/** Values that a call passes on to the calls below it. Immutable. */
export interface Context {
  /** A value. */
  getValue(key: symbol): unknown;
  /** A copy with a value. */
  setValue(key: symbol, value: unknown): Context;
  /** A copy without a value. */
  deleteValue(key: symbol): Context;
}

/** Creates instruments. */
export interface Meter {
  /** A sum that only rises. */
  createCounter(name: string, options?: InstrumentOptions): { add(value: number, attributes?: Attributes): void };
  /** A sum that rises and falls. */
  createUpDownCounter(name: string, options?: InstrumentOptions): { add(value: number, attributes?: Attributes): void };
  /** A distribution. */
  createHistogram(name: string, options?: InstrumentOptions): { record(value: number, attributes?: Attributes): void };
  /** A current value. */
  createGauge(name: string, options?: InstrumentOptions): { record(value: number, attributes?: Attributes): void };
}

/** The description of an instrument. */
export interface InstrumentOptions {
  /** In the notation of UCUM. */
  unit?: string;
  /** A sentence. */
  description?: string;
  /** The bounds of a histogram's buckets. */
  advice?: { explicitBucketBoundaries?: number[] };
}

/** Attributes of a span or of a value. */
export type Attributes = Record<string, string | number | boolean>;

/** The key of a context's span, which all implementations share. */
export const SPAN_KEY: symbol = Symbol.for("OpenTelemetry Context Key SPAN");

/** Whether a value has the parts of the API. */
export function isApi(value: unknown): value is OpenTelemetryApi {
  return hasTracers(value) && hasMeters(value) && hasContext(value);
}

/** Whether a value has the part of the API for traces. */
export function hasTracers(value: unknown): value is Pick<OpenTelemetryApi, "trace"> {
  return typeof (value as Partial<OpenTelemetryApi> | null | undefined)?.trace?.getTracer === "function";
}

/** Whether a value has the part of the API for metrics. */
export function hasMeters(value: unknown): value is Pick<OpenTelemetryApi, "metrics"> {
  return typeof (value as Partial<OpenTelemetryApi> | null | undefined)?.metrics?.getMeter === "function";
}

/** Whether a value has the part of the API that carries the context. */
export function hasContext(value: unknown): value is Pick<OpenTelemetryApi, "context"> {
  const context = (value as Partial<OpenTelemetryApi> | null | undefined)?.context;
  return typeof context?.with === "function" && typeof context.active === "function";
}
