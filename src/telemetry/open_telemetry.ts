import { refuseArgument } from "../checks/refuse_argument.ts";
import type { Measurement, Observation, ObservedOperation, Observer } from "../observer/observer.ts";
import { isApi, type OpenTelemetryApi } from "./api.ts";
import { Metrics } from "./metrics.ts";
import { NamespaceLabels, OTHER_NAMESPACES } from "./namespace_labels.ts";
import { namingFunction } from "./naming_function.ts";
import {
  type CheckedOptions,
  checkOpenTelemetryOptions,
  DEFAULT_DESTINATION,
  type OpenTelemetryOptions,
} from "./options.ts";
import { registeredApi } from "./registered_api.ts";
import { CONVENTIONS_VERSION, isSpanned } from "./span_definitions.ts";
import { Spans } from "./spans.ts";

/** The name of the instrumentation scope. */
const SCOPE = "@flowmade-one/aether";
const SCHEMA = { schemaUrl: `https://opentelemetry.io/schemas/${CONVENTIONS_VERSION}` };

/**
 * Creates an observer that reports operations as OpenTelemetry traces and metrics. docs/observability.md lists them.
 *
 * @param api The module `npm:@opentelemetry/api`, 1.9 or newer. If absent, the API that is registered for the process:
 * Deno registers one if `OTEL_DENO=true`, and an OpenTelemetry SDK registers one when it starts. If only traces or only
 * metrics are registered, the observer reports only these. Without a registered context, spans have no parents.
 * @param options See {@link OpenTelemetryOptions}.
 * @returns An observer for the option `observer` of a backend; `undefined` if `api` is absent and no API is registered.
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
/** Creates an observer for the API that is registered for the process, if there is one. */
export function openTelemetry(api?: undefined, options?: OpenTelemetryOptions): Observer | undefined;
export function openTelemetry(api?: OpenTelemetryApi, options: OpenTelemetryOptions = {}): Observer | undefined {
  const checked = checkOpenTelemetryOptions(options);
  if (api !== undefined && !isApi(api)) {
    refuseArgument("api", "the module npm:@opentelemetry/api, 1.9 or newer", api);
  }
  const used = api ?? registeredApi();
  return used && new OpenTelemetryObserver(used, checked);
}

/** Reports operations and measurements to an API. Several backends may share an instance. */
class OpenTelemetryObserver implements Observer {
  readonly #api: OpenTelemetryApi;
  readonly #spans: Spans;
  readonly #metrics: Metrics;
  /** The first error of the current call of this observer: of the SDK, or of a function in the options. */
  #failure: Failure | undefined;

  constructor(api: OpenTelemetryApi, options: CheckedOptions) {
    const { destination, namespaceLabel, maxNamespaceLabels } = options;
    const fail = (error: unknown) => void (this.#failure ??= { error });
    this.#api = api;
    this.#spans = new Spans(api.trace.getTracer(SCOPE, undefined, SCHEMA), api.context, {
      ...options,
      destination: namingFunction("destination", destination, DEFAULT_DESTINATION, fail),
    });
    const label = namespaceLabel && namingFunction("namespaceLabel", namespaceLabel, OTHER_NAMESPACES, fail);
    const labels = label && new NamespaceLabels(label, maxNamespaceLabels);
    this.#metrics = new Metrics(api.metrics, () => api.metrics.getMeter(SCOPE, undefined, SCHEMA), labels);
  }

  start(operation: ObservedOperation): Observation | undefined {
    if (!isSpanned(operation)) return undefined;
    this.#failure = undefined;
    const started = this.#spans.start(operation);
    const startedAt = performance.now();
    if (operation.events !== undefined) this.#collect(() => this.#metrics.received(operation));
    // An error thrown here would leave the span without an end. `end` throws the error instead.
    const failure = this.#failure;
    return {
      metadata: started.metadata,
      run: (work) => this.#api.context.with(started.context, work),
      end: (outcome) => {
        const seconds = (performance.now() - startedAt) / 1_000;
        this.#failure = failure;
        this.#collect(() => this.#spans.end(started, operation, outcome));
        this.#collect(() => this.#metrics.operation(operation, outcome, seconds));
        this.#throwFailure();
      },
    };
  }

  measure(measurement: Measurement): void {
    this.#failure = undefined;
    this.#metrics.measure(measurement);
    this.#throwFailure();
  }

  /** Runs work and keeps its error, so that later work of the same call is not skipped. */
  #collect(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#failure ??= { error };
    }
  }

  /** Throws to the backend, which reports the failure through `onError`. */
  #throwFailure(): void {
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure !== undefined) throw failure.error;
  }
}

/** An error of the SDK, or of a function in the options. */
interface Failure {
  readonly error: unknown;
}
