/** The kinds of instruments. */
export type InstrumentKind = "counter" | "upDownCounter" | "histogram" | "gauge";

/** One metric. */
export interface MetricDefinition {
  readonly name: string;
  readonly kind: InstrumentKind;
  /** The unit, in the notation of UCUM. */
  readonly unit: string;
  readonly description: string;
}

/** Histogram bounds in seconds that the semantic conventions recommend for durations of messaging. */
const MESSAGING_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/** Histogram bounds in seconds that the semantic conventions recommend for durations of databases. */
const DATABASE_SECONDS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10];

/** Histogram bounds for numbers of replayed events. */
const EVENTS = [0, 1, 5, 10, 50, 100, 500, 1_000, 5_000, 10_000, 100_000];

/** All metrics. */
export const METRICS = {
  clientDuration: histogram("messaging.client.operation.duration", "s", "Duration of an append or a publication."),
  sent: counter("messaging.client.sent.messages", "{message}", "Events that were stored or published."),
  consumed: counter("messaging.client.consumed.messages", "{message}", "Events that the application received."),
  processDuration: histogram("messaging.process.duration", "s", "Duration of a handler's work on events."),
  databaseDuration: histogram("db.client.operation.duration", "s", "Duration of a read, or of a snapshot operation."),
  ownDuration: histogram("aether.operation.duration", "s", "Duration of a load, a command or an attempt."),
  conflicts: counter("aether.append.conflicts", "{conflict}", "Appends that failed with a version conflict."),
  duplicates: counter("aether.append.duplicates", "{commit}", "Appends whose commit was already stored."),
  outcomeUnknown: counter("aether.append.outcome_unknown", "{commit}", "Commits that may or may not be stored."),
  attempts: counter("aether.execute.attempts", "{attempt}", "Attempts of commands."),
  loadedEvents: histogram("aether.load.events", "{event}", "Events that a load replayed."),
  snapshotHits: counter("aether.snapshot.hits", "{load}", "Loads that began from a snapshot."),
  snapshotMisses: counter("aether.snapshot.misses", "{load}", "Loads that found no valid snapshot."),
  subscriptions: upDownCounter("aether.subscriptions", "{subscription}", "Open subscriptions of stores."),
  reconnects: counter("aether.reconnects", "{reconnect}", "Connections to the storage that were lost and restored."),
  queueDepth: upDownCounter("aether.bus.queue.depth", "{event}", "Events that wait in queues of the bus."),
  queueDropped: counter("aether.bus.queue.dropped", "{event}", "Events that full queues of the bus dropped."),
  consumerLag: gauge("aether.consumer.lag", "{event}", "Events that wait for a consumer, counted up to 10,000."),
  consumerWaiting: gauge(
    "aether.consumer.waiting",
    "s",
    "Time that the oldest waiting event of a consumer has waited.",
  ),
  consumerIdle: gauge("aether.consumer.idle", "s", "Time without progress of a consumer that has a due event."),
  consumerParked: gauge("aether.consumer.parked", "{actor}", "Parked actors of a consumer."),
  members: gauge("aether.cluster.members", "{node}", "Live nodes of the cluster, as this process knows them."),
  shards: gauge("aether.cluster.shards", "{shard}", "Shards of one set that this process owns."),
  term: gauge("aether.cluster.term", "{term}", "Term of the leadership of this process; 0 after it."),
} as const satisfies Readonly<Record<string, MetricDefinition>>;

/** The bounds of the buckets of a histogram. */
export function bucketsOf({ name, unit }: MetricDefinition): number[] {
  if (unit !== "s") return EVENTS;
  return name.startsWith("messaging.") ? MESSAGING_SECONDS : DATABASE_SECONDS;
}

function counter(name: string, unit: string, description: string): MetricDefinition {
  return { name, kind: "counter", unit, description };
}

function upDownCounter(name: string, unit: string, description: string): MetricDefinition {
  return { name, kind: "upDownCounter", unit, description };
}

function gauge(name: string, unit: string, description: string): MetricDefinition {
  return { name, kind: "gauge", unit, description };
}

function histogram(name: string, unit: string, description: string): MetricDefinition {
  return { name, kind: "histogram", unit, description };
}
