import { refuseArgument } from "../checks/refuse_argument.ts";
import type { Measurement, Observation, ObservedOperation, Observer } from "../observer/observer.ts";
import { isApi, type OpenTelemetryApi, registeredApi } from "./api.ts";
import { Metrics } from "./metrics.ts";
import { NamespaceLabels } from "./namespace_labels.ts";
import { type CheckedOptions, checkOpenTelemetryOptions, type OpenTelemetryOptions } from "./options.ts";
import { CONVENTIONS_VERSION } from "./span_definitions.ts";
import { Spans } from "./spans.ts";

/** The name of the instrumentation scope. */
const SCOPE = "@flowmade-one/aether";
const SCHEMA = { schemaUrl: `https://opentelemetry.io/schemas/${CONVENTIONS_VERSION}` };

/**
 * Makes an observer that reports operations as OpenTelemetry traces and metrics. docs/observability.md lists them.
 *
 * @param api The module `npm:@opentelemetry/api`, 1.9 or newer. Without it, the API that is registered for the process:
 * Deno registers one when `OTEL_DENO=true`, and an OpenTelemetry SDK does when it starts.
 * @param options See {@link OpenTelemetryOptions}.
 * @returns An observer for the option `observer` of a backend; `undefined` if `api` is not given and none is registered, as
 * then there is nothing to report to.
 * @throws {InvalidArgumentError} If an argument or option is not valid.
 *
 * @example With `OTEL_DENO=true`, signals go to the endpoint of `OTEL_EXPORTER_OTLP_ENDPOINT`
 * ```ts
 * import { memory } from "@flowmade-one/aether/memory";
 * import { openTelemetry } from "@flowmade-one/aether/opentelemetry";
 *
 * await using backend = memory({ observer: openTelemetry() });
 * const store = backend.store("tenant-a");
 * await store.append("cart.7", [{ type: "Opened", data: {} }], { expectedVersion: 0 });
 * ```
 */
export function openTelemetry(api: OpenTelemetryApi, options?: OpenTelemetryOptions): Observer;
/** Makes an observer for the API that is registered for the process, if there is one. */
export function openTelemetry(api?: undefined, options?: OpenTelemetryOptions): Observer | undefined;
export function openTelemetry(api?: OpenTelemetryApi, options: OpenTelemetryOptions = {}): Observer | undefined {
  const checked = checkOpenTelemetryOptions(options);
  if (api !== undefined && !isApi(api)) {
    refuseArgument("api", "the module npm:@opentelemetry/api, 1.9 or newer", api);
  }
  const used = api ?? registeredApi();
  return used && new OpenTelemetryObserver(used, checked);
}

/** Reports the operations of one backend. */
class OpenTelemetryObserver implements Observer {
  readonly #api: OpenTelemetryApi;
  readonly #spans: Spans;
  readonly #metrics: Metrics;

  constructor(api: OpenTelemetryApi, options: CheckedOptions) {
    const { namespaceLabel, maxNamespaceLabels } = options;
    this.#api = api;
    this.#spans = new Spans(api.trace.getTracer(SCOPE, undefined, SCHEMA), api.context, options);
    const labels = namespaceLabel && new NamespaceLabels(namespaceLabel, maxNamespaceLabels);
    this.#metrics = new Metrics(() => api.metrics.getMeter(SCOPE, undefined, SCHEMA), labels);
  }

  start(operation: ObservedOperation): Observation {
    const started = this.#spans.start(operation);
    const startedAt = performance.now();
    if (operation.events !== undefined) this.#metrics.received(operation);
    return {
      metadata: started.metadata,
      run: (work) => this.#api.context.with(started.context, work),
      end: (outcome) => {
        const seconds = (performance.now() - startedAt) / 1_000;
        this.#spans.end(started, operation, outcome);
        this.#metrics.operation(operation, outcome, seconds);
      },
    };
  }

  measure(measurement: Measurement): void {
    this.#metrics.measure(measurement);
  }
}
