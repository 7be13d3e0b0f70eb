import { isAetherError } from "../errors/is_aether_error.ts";
import type { Measurement, MeasurementName, OperationName, OperationOutcome } from "../observer/observer.ts";
import type { Attributes, Meter, OpenTelemetryApi } from "./api.ts";
import { errorType } from "../errors/error_type.ts";
import { type Combination, type GaugeValues, gaugeValuesOf } from "./gauge_values.ts";
import { bucketsOf, type MetricDefinition, METRICS } from "./metric_definitions.ts";
import type { NamespaceLabels } from "./namespace_labels.ts";
import { operationAttributes, SPAN_DEFINITIONS, type SpannedOperation } from "./span_definitions.ts";

/** The metric of each measurement. */
const METRIC_OF: Readonly<Record<MeasurementName, MetricDefinition>> = {
  subscriptions: METRICS.subscriptions,
  delivered: METRICS.consumed,
  reconnects: METRICS.reconnects,
  "queue.depth": METRICS.queueDepth,
  "queue.dropped": METRICS.queueDropped,
  "consumer.lag": METRICS.consumerLag,
  "consumer.waiting": METRICS.consumerWaiting,
  "consumer.idle": METRICS.consumerIdle,
  "consumer.parked": METRICS.consumerParked,
  "cluster.members": METRICS.members,
  "cluster.shards": METRICS.shards,
  "cluster.term": METRICS.term,
};

/**
 * The gauges that report the sum of their values, because each value is a count. Other gauges report the highest value.
 */
const SUMS: ReadonlySet<MeasurementName> = new Set(["cluster.shards"]);

/** The definition for the attributes of events that a subscription delivers. No handler processes these events. */
const SUBSCRIBE = { verb: "subscribe", kind: "client", convention: "messaging" } as const;

/**
 * Operations after which commits with an unknown outcome are counted. An `"execute"` operation is not counted, because
 * it contains one of these operations.
 */
const STORING: ReadonlySet<OperationName> = new Set(["append", "request"]);

/**
 * Records metrics. No attribute names an actor. An attribute names a namespace only if the application defines labels.
 */
export class Metrics {
  readonly #provider: OpenTelemetryApi["metrics"];
  readonly #getMeter: () => Meter;
  readonly #labels: NamespaceLabels | undefined;
  #gauges: GaugeValues | undefined;
  readonly #instruments: Map<string, (value: number, attributes: Attributes) => void> = new Map();

  /** @param getMeter Called at the first value: an SDK may be registered after the observer was created. */
  constructor(provider: OpenTelemetryApi["metrics"], getMeter: () => Meter, labels: NamespaceLabels | undefined) {
    this.#getMeter = getMeter;
    this.#labels = labels;
    this.#provider = provider;
  }

  /** Records the end of an operation. */
  operation({ name, namespace }: SpannedOperation, outcome: OperationOutcome, seconds: number): void {
    const { failed, error, events = 0, duplicate, snapshot } = outcome;
    const definition = SPAN_DEFINITIONS[name];
    const label = this.#labelOf(namespace);
    const attributes = {
      ...label,
      ...operationAttributes(definition),
      ...(failed && { "error.type": errorType(error) }),
    };
    const { convention, messagingType } = definition;
    if (convention === "db") this.#record(METRICS.databaseDuration, seconds, attributes);
    else if (convention === "aether") this.#record(METRICS.ownDuration, seconds, attributes);
    else if (messagingType === "process") this.#record(METRICS.processDuration, seconds, attributes);
    else this.#record(METRICS.clientDuration, seconds, attributes);
    if (messagingType === "send" && events > 0) this.#record(METRICS.sent, events, attributes);
    if (name === "append" && isAetherError(error, "version-conflict")) this.#record(METRICS.conflicts, 1, label);
    if (STORING.has(name) && isAetherError(error, "outcome-unknown")) this.#record(METRICS.outcomeUnknown, 1, label);
    if (name === "append" && duplicate) this.#record(METRICS.duplicates, 1, label);
    if (name === "attempt") this.#record(METRICS.attempts, 1, label);
    if (name === "load" && !failed) this.#record(METRICS.loadedEvents, events, label);
    if (snapshot === "hit") this.#record(METRICS.snapshotHits, 1, label);
    if (snapshot === "miss") this.#record(METRICS.snapshotMisses, 1, label);
  }

  /** Counts events that a handler receives. They are counted at the first attempt, or by their subscription. */
  received({ name, namespace, events = [], attempt = 1, fromSubscription }: SpannedOperation): void {
    if (attempt > 1 || fromSubscription) return;
    const attributes = { ...this.#labelOf(namespace), ...operationAttributes(SPAN_DEFINITIONS[name]) };
    this.#record(METRICS.consumed, events.length, attributes);
  }

  /** Records a measurement. */
  measure({ name, value, namespace, group, source }: Measurement): void {
    const attributes = name === "delivered" ? operationAttributes({ ...SUBSCRIBE, messagingType: "process" }) : {};
    const groupAttribute = group === undefined ? {} : { "aether.group": group };
    const label = this.#labelOf(namespace);
    const combination: Combination = SUMS.has(name) ? "sum" : "highest";
    const reported = METRIC_OF[name].kind === "gauge"
      ? this.#gaugeValues().update(JSON.stringify([name, group, label]), { source, namespace }, value, combination)
      : value;
    this.#record(METRIC_OF[name], reported, { ...label, ...attributes, ...groupAttribute });
  }

  /**
   * The gauge values of the registered meter provider. The provider is read at the first value: an SDK may be
   * registered after the observer was created.
   */
  #gaugeValues(): GaugeValues {
    return this.#gauges ??= gaugeValuesOf(this.#provider.getMeterProvider?.() ?? this.#provider);
  }

  #labelOf(namespace: string | undefined): Attributes {
    return this.#labels === undefined || namespace === undefined ? {} : this.#labels.attributesOf(namespace);
  }

  #record(definition: MetricDefinition, value: number, attributes: Attributes): void {
    let instrument = this.#instruments.get(definition.name);
    if (instrument === undefined) {
      this.#instruments.set(definition.name, instrument = makeInstrument(this.#getMeter(), definition));
    }
    instrument(value, attributes);
  }
}

function makeInstrument(
  meter: Meter,
  definition: MetricDefinition,
): (value: number, attributes: Attributes) => void {
  const { name, kind, unit, description } = definition;
  if (kind === "histogram") {
    const advice = { explicitBucketBoundaries: bucketsOf(definition) };
    const histogram = meter.createHistogram(name, { unit, description, advice });
    return (value, attributes) => histogram.record(value, attributes);
  }
  if (kind === "gauge") {
    const gauge = meter.createGauge(name, { unit, description });
    return (value, attributes) => gauge.record(value, attributes);
  }
  const counter = kind === "counter"
    ? meter.createCounter(name, { unit, description })
    : meter.createUpDownCounter(name, { unit, description });
  return (value, attributes) => counter.add(value, attributes);
}
