import type { Context } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import { InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import type { OpenTelemetryApi } from "@flowmade-one/aether/opentelemetry";

/** A span as it is exported. */
export type RecordedSpan = ReadableSpan;

/** An exported value of a metric. */
export interface ExportedValue {
  readonly metric: string;
  readonly unit: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** The sum or the last value; of a histogram, its count. */
  readonly value: number;
}

/** An OpenTelemetry SDK that exports to memory. It is not registered for the process. */
export class RecordingSdk implements AsyncDisposable {
  readonly api: OpenTelemetryApi;
  readonly #spans = new InMemorySpanExporter();
  readonly #tracers = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter: this.#spans })] });
  readonly #values = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  readonly #reader = new PeriodicExportingMetricReader({ exporter: this.#values, exportIntervalMillis: 3_600_000 });
  readonly #meters = new MeterProvider({ readers: [this.#reader] });
  readonly #manager = new AsyncLocalStorageContextManager().enable();

  constructor() {
    const manager = this.#manager;
    this.api = {
      trace: this.#tracers,
      metrics: this.#meters,
      context: { active: () => manager.active(), with: (context, work) => manager.with(context as Context, work) },
    };
  }

  /** The spans that have ended, in the order of their ends. */
  get spans(): readonly ReadableSpan[] {
    return this.#spans.getFinishedSpans();
  }

  /** The ended spans of a name. */
  named(name: string): readonly ReadableSpan[] {
    return this.spans.filter((span) => span.name === name);
  }

  /** The values of all metrics. */
  async values(): Promise<readonly ExportedValue[]> {
    await this.#reader.forceFlush();
    const exported = this.#values.getMetrics().at(-1)?.scopeMetrics.flatMap(({ metrics }) => metrics) ?? [];
    return exported.flatMap(({ descriptor: { name: metric, unit }, dataPoints }) =>
      dataPoints.map(({ attributes, value }) => ({
        metric,
        unit,
        attributes,
        value: typeof value === "number" ? value : value.count,
      }))
    );
  }

  /** The sum of a metric's values over all attributes. */
  async sumOf(metric: string): Promise<number> {
    return (await this.values()).filter((value) => value.metric === metric).reduce((sum, { value }) => sum + value, 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#tracers.shutdown();
    await this.#meters.shutdown();
    this.#manager.disable();
  }
}
