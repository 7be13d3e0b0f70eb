import { type Capabilities, type Driver, PARTITIONS, type StorageProbe } from "../../adapter.ts";
import { DEFAULT_MAX_COMMIT_BYTES } from "../../limits.ts";
import type { Namespace } from "../../mod.ts";
import { ActorIdCache } from "./wire/actor_id_cache.ts";
import { BusCarrier } from "./bus/bus_carrier.ts";
import { maxCommitBytesFor } from "./streams/check_server.ts";
import { JetStreamCalls } from "./calls/jetstream_calls.ts";
import type { Codecs } from "./wire/codecs.ts";
import { withUserErrors, withUserErrorsEach } from "./api/to_user_error.ts";
import { FairSemaphore } from "./api/fair_semaphore.ts";
import { SequenceCache } from "./log/sequence_cache.ts";
import { JetStreamLog } from "./jetstream_log.ts";
import type { AdapterOptions } from "./jetstream_options.ts";
import { ManagedStream } from "./streams/managed_stream.ts";
import { listNamespaces } from "./streams/list_namespaces.ts";
import { RetentionHorizon } from "./retention/retention_horizon.ts";
import { MessageGet } from "./api/message_get.ts";
import { namesOf } from "./wire/names.ts";
import { probeServer } from "./probe_server.ts";
import type { OrderedConsumer } from "./api/ordered_consumer.ts";
import { SelfEchoFilter } from "./bus/self_echo_filter.ts";
import { VersionFloors } from "./retention/version_floors.ts";
import { JetStreamRecords } from "./records/jetstream_records.ts";
import { backendRecords, namespaceRecords } from "./records/records_stream.ts";
import type { ServerApi } from "./api/server_api.ts";
import { Semaphore } from "./api/semaphore.ts";
import { Snapshots } from "./snapshots/snapshots.ts";
import { Purger } from "./retention/purger.ts";
import { checkLog, durabilityOf, logConfig } from "./streams/stream_config.ts";
import type { StreamSettings } from "./streams/stream_settings.ts";

/**
 * The maximum numbers of batch requests in flight: for one namespace, and for all namespaces. If the stream of one
 * namespace does not answer, the other namespaces still have permits.
 */
const MAX_BATCHES_PER_NAMESPACE = 8;
const MAX_BATCHES = 16;
/**
 * The maximum number of appends in flight, per namespace, to actors whose latest commit is not cached. The first
 * commit of an actor must be stored within a window of MIN_RETAINED_COMMITS sequences. The maximum is far below that.
 */
const MAX_UNCACHED_APPENDS = 128;

/** The driver for all namespaces under one prefix in one NATS account. */
export class JetStreamDriver implements Driver {
  readonly capabilities: Capabilities;
  readonly transport: BusCarrier;
  readonly calls: JetStreamCalls;
  readonly records: JetStreamRecords;
  readonly #api: ServerApi;
  readonly #report: (error: Error) => void;
  readonly #prefix: string;
  readonly #streams: StreamSettings;
  readonly #codecs: Codecs;
  readonly #latest: SequenceCache;
  readonly #snapshotSequences: SequenceCache;
  readonly #consumers: Set<OrderedConsumer> = new Set();
  readonly #sharedBatchSemaphore: FairSemaphore;
  readonly #purgers: Purger[] = [];
  readonly #selfEchoes: SelfEchoFilter = new SelfEchoFilter();
  /** Functions that remove the listeners of reconnects. */
  readonly #stopListening: (() => void)[] = [];
  /** The name of the log stream of the namespace that was opened last. The stream need not exist. */
  #lastStream: string | undefined;

  /** @param report Reports background failures. Never throws. */
  constructor(api: ServerApi, options: AdapterOptions, report: (error: Error) => void) {
    const { prefix, streams, maxCommitBytes, cachedActors, codecs } = options;
    const maxBytes = Math.min(DEFAULT_MAX_COMMIT_BYTES, maxCommitBytesFor(api.connection));
    this.capabilities = { durability: durabilityOf(streams), maxCommitBytes: maxCommitBytes ?? maxBytes };
    this.#api = api;
    this.#report = report;
    this.#prefix = prefix;
    this.#streams = streams;
    this.#codecs = codecs;
    this.#latest = new SequenceCache(cachedActors);
    this.#snapshotSequences = new SequenceCache(cachedActors);
    this.#sharedBatchSemaphore = new FairSemaphore(MAX_BATCHES, api.timeout, api.environment);
    this.records = new JetStreamRecords(api, backendRecords(prefix), streams);
    this.calls = new JetStreamCalls(api, prefix, report);
    this.transport = new BusCarrier(api, prefix, this.#selfEchoes, codecs, report);
  }

  onReconnect(listener: () => void): void {
    this.#stopListening.push(this.#api.monitor.onReconnect(listener));
  }

  async probe(signal: AbortSignal): Promise<StorageProbe> {
    return await withUserErrors("probe the server", probeServer(this.#api, this.#lastStream, signal));
  }

  open(namespace: Namespace): JetStreamLog {
    const api = this.#api;
    const names = namesOf(this.#prefix, namespace);
    this.#lastStream = names.log;
    const horizon = new RetentionHorizon();
    const { retention, republish = true } = this.#streams;
    const marker = { partitions: PARTITIONS, retention, republish };
    const stream = new ManagedStream(api, logConfig(names, marker, this.#streams), {
      check: (info) => checkLog(names, info, this.#streams, api.connection.info?.version),
      onUncertain: () => {
        for (const cache of [this.#latest, this.#snapshotSequences]) {
          cache.deleteAll((subject) => subject.startsWith(names.logPrefix));
        }
        horizon.forget();
      },
      onReplaced: () => this.transport.forget(names.log),
    });
    const shared = {
      consumers: this.#consumers,
      batchSemaphore: new Semaphore(MAX_BATCHES_PER_NAMESPACE, api.timeout, api.environment),
      sharedBatchSemaphore: this.#sharedBatchSemaphore,
    };
    const log = {
      api,
      names,
      stream,
      gets: new MessageGet(api, stream),
      latest: this.#latest,
      snapshotSequences: this.#snapshotSequences,
      actorIds: new ActorIdCache(names),
      ...shared,
      codecs: this.#codecs,
      horizon,
      floors: new VersionFloors(api, names, this.#streams, shared),
      uncachedAppends: new Semaphore(MAX_UNCACHED_APPENDS, api.timeout, api.environment),
      report: this.#report,
    };
    const purger = new Purger(log);
    this.#purgers.push(purger);
    const records = new JetStreamRecords(api, namespaceRecords(names), this.#streams);
    return new JetStreamLog(log, {
      snapshots: new Snapshots(log, this.#streams),
      records,
      purger,
      selfEchoes: this.#selfEchoes,
    });
  }

  namespaces(): AsyncIterable<Namespace> {
    return withUserErrorsEach("list namespaces", listNamespaces(this.#api, this.#prefix));
  }

  async close(): Promise<void> {
    await Promise.all(this.#purgers.map((purger) => purger.close()));
    await Promise.all([...this.#consumers].map((consumer) => consumer.close()));
    this.calls.close();
    for (const stop of this.#stopListening) stop();
    this.transport.close();
    this.#api.close();
    this.#selfEchoes.close();
  }
}
