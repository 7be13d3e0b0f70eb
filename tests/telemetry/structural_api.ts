/**
 * A minimal OpenTelemetry API, for runtimes on which no SDK is installed. It keeps spans and values, and passes the
 * context on by `AsyncLocalStorage`, which Deno, Node.js and Bun have.
 *
 * @module
 */
import { AsyncLocalStorage } from "node:async_hooks";
import type { OpenTelemetryApi } from "../../opentelemetry.ts";

type Context = ReturnType<OpenTelemetryApi["context"]["active"]>;

/** A span that was started. */
export interface KeptSpan {
  readonly name: string;
  readonly spanId: string;
  readonly parentId: string | undefined;
  readonly links: readonly string[];
  isEnded: boolean;
}

/** The API, and the spans and values that it has recorded. */
export interface Recorded {
  readonly api: OpenTelemetryApi;
  readonly spans: KeptSpan[];
  /** The sums of the values of metrics, by name. */
  readonly sums: Map<string, number>;
}

const SPAN = Symbol.for("OpenTelemetry Context Key SPAN");

function contextOf(values: ReadonlyMap<symbol, unknown>): Context {
  return {
    getValue: (key) => values.get(key),
    setValue: (key, value) => contextOf(new Map([...values, [key, value]])),
    deleteValue: (key) => contextOf(new Map([...values].filter(([other]) => other !== key))),
  };
}

/** Makes an API. */
export function structuralApi(): Recorded {
  const storage = new AsyncLocalStorage<Context>();
  const root = contextOf(new Map());
  const spans: KeptSpan[] = [];
  const sums: Recorded["sums"] = new Map();
  const add = (name: string) => (value: number) => void sums.set(name, (sums.get(name) ?? 0) + value);
  const api: OpenTelemetryApi = {
    context: {
      active: () => storage.getStore() ?? root,
      with: (context, work) => storage.run(context, work),
    },
    trace: {
      getTracer: () => ({
        startSpan(name, { links = [] } = {}, context = storage.getStore() ?? root) {
          const parent = context.getValue(SPAN) as { spanContext(): { traceId: string; spanId: string } } | undefined;
          const spanId = (spans.length + 1).toString(16).padStart(16, "0");
          const traceId = parent?.spanContext().traceId ?? `${spanId}${spanId}`;
          const span: KeptSpan = {
            name,
            spanId,
            parentId: parent?.spanContext().spanId,
            links: links.map((link) => link.context.spanId),
            isEnded: false,
          };
          spans.push(span);
          return {
            spanContext: () => ({ traceId, spanId, traceFlags: 1 }),
            setAttributes: () => undefined,
            setStatus: () => undefined,
            end: () => void (span.isEnded = true),
          };
        },
      }),
    },
    metrics: {
      getMeter: () => ({
        createCounter: (name) => ({ add: add(name) }),
        createUpDownCounter: (name) => ({ add: add(name) }),
        createHistogram: (name) => ({ record: add(name) }),
        createGauge: (name) => ({ record: add(name) }),
      }),
    },
  };
  return { api, spans, sums };
}
