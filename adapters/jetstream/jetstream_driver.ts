import type { Capabilities, Driver } from "../../adapter.ts";
import { DEFAULT_MAX_COMMIT_BYTES, type Namespace } from "../../mod.ts";
import { ActorsOfSubjects } from "./actors_of_subjects.ts";
import { BusCarrier } from "./bus_carrier.ts";
import { roomFor } from "./check_server.ts";
import type { Codecs } from "./codecs.ts";
import { explainedEach } from "./explained.ts";
import { HeadCache } from "./head_cache.ts";
import { JetStreamLog } from "./jetstream_log.ts";
import type { AdapterOptions } from "./jetstream_options.ts";
import { LazyStream } from "./lazy_stream.ts";
import { listNamespaces } from "./list_namespaces.ts";
import { LogBeginning } from "./log_beginning.ts";
import { MessageGet } from "./message_get.ts";
import { namesOf } from "./names.ts";
import type { OrderedConsumer } from "./ordered_consumer.ts";
import { OwnCommits } from "./own_commits.ts";
import { PARTITIONS } from "./partition.ts";
import { ParkedHeads } from "./parked_heads.ts";
import type { ServerApi } from "./server_api.ts";
import { Slots } from "./slots.ts";
import { Snapshots } from "./snapshots.ts";
import { Trimmer } from "./trimmer.ts";
import { checkLog, durabilityOf, logConfig, type StreamSettings } from "./stream_config.ts";

/** Batches that are on their way at the same time. */
const BATCHES = 8;
/** Appends to actors that nothing is known of, as many: far fewer than a frame may come too late by. */
const BIRTHS = 128;

/** All namespaces of one prefix and NATS account. */
export class JetStreamDriver implements Driver {
  readonly capabilities: Capabilities;
  readonly carrier: BusCarrier;
  readonly #api: ServerApi;
  readonly #report: (error: Error) => void;
  readonly #prefix: string;
  readonly #streams: StreamSettings;
  readonly #codecs: Codecs;
  readonly #heads: HeadCache;
  readonly #marks: HeadCache;
  readonly #consumers: Set<OrderedConsumer> = new Set();
  readonly #batches: Slots;
  readonly #births: Slots;
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
    this.#batches = new Slots(BATCHES, api.patience);
    this.#births = new Slots(BIRTHS, api.patience);
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
      inbox: api.inbox,
      consumers: this.#consumers,
      batches: this.#batches,
      codecs: this.#codecs,
      beginning,
      parked: new ParkedHeads(api, names, this.#streams),
      births: this.#births,
      report: this.#report,
      own: this.#own,
    };
    const trimmer = new Trimmer(log);
    this.#trimmers.push(trimmer);
    return new JetStreamLog(log, new Snapshots(log, this.#streams), trimmer);
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
