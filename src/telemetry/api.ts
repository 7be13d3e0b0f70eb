/**
 * The parts of the OpenTelemetry API that the observer uses. The module `npm:@opentelemetry/api` 1.9 or newer has them,
 * and so has the object that Deno registers when `OTEL_DENO=true`.
 */
export interface OpenTelemetryApi {
  /** Returns tracers. */
  readonly trace: { getTracer(name: string, version?: string, options?: { schemaUrl?: string }): Tracer };
  /** Returns meters. */
  readonly metrics: {
    getMeter(name: string, version?: string, options?: { schemaUrl?: string }): Meter;
    /** Returns the registered meter provider. Present in the module; absent in a meter provider itself. */
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
  /** 0 internal, 1 server, 2 client, 3 producer, 4 consumer. */
  kind?: number;
  /** The attributes that samplers see when the span starts. */
  attributes?: Attributes;
  /** Related spans. */
  links?: { context: SpanContext; attributes?: Attributes }[];
}

/** A span. */
export interface Span {
  /** Returns the identity of the span. */
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
  /** Bit flags; bit 0 means that the span is sampled. */
  traceFlags: number;
  /** Whether another process created it. */
  isRemote?: boolean;
  /** The values of tracing systems. */
  traceState?: TraceState;
}

/** The values of tracing systems, by key. Immutable. */
export interface TraceState {
  /** Returns a copy in which a key has a value. */
  set(key: string, value: string): TraceState;
  /** Returns a copy without a key. */
  unset(key: string): TraceState;
  /** Returns the value of a key. */
  get(key: string): string | undefined;
  /** Returns the value of the header `tracestate`. */
  serialize(): string;
}

/** Immutable values that an operation passes on to the operations that it calls. */
export interface Context {
  /** Returns the value of a key. */
  getValue(key: symbol): unknown;
  /** Returns a copy in which a key has a value. */
  setValue(key: symbol, value: unknown): Context;
  /** Returns a copy without a key. */
  deleteValue(key: symbol): Context;
}

/** Creates instruments. */
export interface Meter {
  /** Creates an instrument for a sum that only increases. */
  createCounter(name: string, options?: InstrumentOptions): { add(value: number, attributes?: Attributes): void };
  /** Creates an instrument for a sum that increases and decreases. */
  createUpDownCounter(name: string, options?: InstrumentOptions): { add(value: number, attributes?: Attributes): void };
  /** Creates an instrument for a distribution. */
  createHistogram(name: string, options?: InstrumentOptions): { record(value: number, attributes?: Attributes): void };
  /** Creates an instrument for a current value. */
  createGauge(name: string, options?: InstrumentOptions): { record(value: number, attributes?: Attributes): void };
}

/** The description of an instrument. */
export interface InstrumentOptions {
  /** The unit, in the notation of UCUM. */
  unit?: string;
  /** A sentence that describes the values. */
  description?: string;
  /** The bounds of a histogram's buckets. */
  advice?: { explicitBucketBoundaries?: number[] };
}

/** Attributes of a span or of a value. */
export type Attributes = Record<string, string | number | boolean>;

/** The key of the span in a context. All implementations of the API use it. */
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
