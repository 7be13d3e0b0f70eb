import type { Capabilities, Driver } from "../../adapter.ts";
import { DEFAULT_MAX_COMMIT_BYTES, type Namespace } from "../../mod.ts";
import { ActorsOfSubjects } from "./wire/actors_of_subjects.ts";
import { BusCarrier } from "./bus/bus_carrier.ts";
import { roomFor } from "./streams/check_server.ts";
import type { Codecs } from "./wire/codecs.ts";
import { explainedEach } from "./api/explain_failure.ts";
import { FairSemaphore } from "./api/fair_semaphore.ts";
import { HeadCache } from "./log/head_cache.ts";
import { JetStreamLog } from "./jetstream_log.ts";
import type { AdapterOptions } from "./jetstream_options.ts";
import { LazyStream } from "./streams/lazy_stream.ts";
import { listNamespaces } from "./streams/list_namespaces.ts";
import { LogBeginning } from "./retention/log_beginning.ts";
import { MessageGet } from "./api/message_get.ts";
import { namesOf } from "./wire/names.ts";
import type { OrderedConsumer } from "./api/ordered_consumer.ts";
import { OwnCommits } from "./bus/own_commits.ts";
import { PARTITIONS } from "./wire/partition.ts";
import { ParkedHeads } from "./retention/parked_heads.ts";
import { JetStreamRecords } from "./records/jetstream_records.ts";
import { backendRecords, namespaceRecords } from "./records/records_stream.ts";
import type { ServerApi } from "./api/server_api.ts";
import { Slots } from "./api/slots.ts";
import { Snapshots } from "./snapshots/snapshots.ts";
import { Trimmer } from "./retention/trimmer.ts";
import { checkLog, durabilityOf, logConfig } from "./streams/stream_config.ts";
import type { StreamSettings } from "./streams/stream_settings.ts";

/** Batches in flight, of one namespace and of all: a stream that does not answer leaves permits to the others. */
const MAX_BATCHES_PER_NAMESPACE = 8;
const MAX_BATCHES = 16;
/** Appends of one namespace in flight to actors without a known head: far fewer than a frame may come too late by. */
const MAX_BIRTHS = 128;

/** All namespaces of one prefix and NATS account. */
export class JetStreamDriver implements Driver {
  readonly capabilities: Capabilities;
  readonly carrier: BusCarrier;
  readonly records: JetStreamRecords;
  readonly #api: ServerApi;
  readonly #report: (error: Error) => void;
  readonly #prefix: string;
  readonly #streams: StreamSettings;
  readonly #codecs: Codecs;
  readonly #heads: HeadCache;
  readonly #marks: HeadCache;
  readonly #consumers: Set<OrderedConsumer> = new Set();
  readonly #batches: FairSemaphore;
  readonly #trimmers: Trimmer[] = [];
  readonly #own: OwnCommits = new OwnCommits();

  /** @param report Is told what nobody waits for and somebody has to know; does not throw. */
  constructor(api: ServerApi, options: AdapterOptions, report: (error: Error) => void) {
    const { prefix, streams, maxCommitBytes, cachedActors, codecs } = options;
    const room = Math.min(DEFAULT_MAX_COMMIT_BYTES, roomFor(api.connection));
    this.capabilities = { durability: durabilityOf(streams), maxCommitBytes: maxCommitBytes ?? room };
    this.#api = api;
    this.#report = report;
    this.#prefix = prefix;
    this.#streams = streams;
    this.#codecs = codecs;
    this.#heads = new HeadCache(cachedActors);
    this.#marks = new HeadCache(cachedActors);
    this.#batches = new FairSemaphore(MAX_BATCHES, api.patience);
    this.records = new JetStreamRecords(api, backendRecords(prefix), streams);
    this.carrier = new BusCarrier(api, prefix, this.#own, codecs, report);
  }

  open(namespace: Namespace): JetStreamLog {
    const api = this.#api;
    const names = namesOf(this.#prefix, namespace);
    const beginning = new LogBeginning();
    const facts = { partitions: PARTITIONS, retention: this.#streams.retention };
    const stream = new LazyStream(api, logConfig(names, facts, this.#streams), {
      check: (config) => checkLog(names, config, this.#streams, api.connection.info?.version),
      doubted: () => {
        for (const cache of [this.#heads, this.#marks]) {
          cache.deleteAll((subject) => subject.startsWith(names.logPrefix));
        }
        beginning.forget();
      },
      replaced: () => this.carrier.forget(names.log),
    });
    const log = {
      api,
      names,
      stream,
      gets: new MessageGet(api, stream),
      heads: this.#heads,
      marks: this.#marks,
      actors: new ActorsOfSubjects(names),
      consumers: this.#consumers,
      batches: new Slots(MAX_BATCHES_PER_NAMESPACE, api.patience),
      sharedBatches: this.#batches,
      codecs: this.#codecs,
      beginning,
      parked: new ParkedHeads(api, names, this.#streams),
      births: new Slots(MAX_BIRTHS, api.patience),
      report: this.#report,
    };
    const trimmer = new Trimmer(log);
    this.#trimmers.push(trimmer);
    const records = new JetStreamRecords(api, namespaceRecords(names), this.#streams);
    return new JetStreamLog(log, { snapshots: new Snapshots(log, this.#streams), records, trimmer, own: this.#own });
  }

  namespaces(): AsyncIterable<Namespace> {
    return explainedEach("list namespaces", listNamespaces(this.#api, this.#prefix));
  }

  async close(): Promise<void> {
    await Promise.all(this.#trimmers.map((trimmer) => trimmer.close()));
    await Promise.all([...this.#consumers].map((consumer) => consumer.close()));
    this.carrier.close();
    this.#api.close();
    this.#own.close();
  }
}
