import type { Capabilities, Driver } from "../../adapter.ts";
import { DEFAULT_MAX_COMMIT_BYTES, type Namespace } from "../../mod.ts";
import { ActorsOfSubjects } from "./actors_of_subjects.ts";
import { BusCarrier } from "./bus_carrier.ts";
import { DirectGet } from "./direct_get.ts";
import { explainedEach } from "./explained.ts";
import { HeadCache } from "./head_cache.ts";
import { Inbox } from "./inbox.ts";
import { JetStreamLog } from "./jetstream_log.ts";
import type { AdapterOptions } from "./jetstream_options.ts";
import { LazyStream } from "./lazy_stream.ts";
import { listNamespaces } from "./list_namespaces.ts";
import { namesOf } from "./names.ts";
import type { OrderedConsumer } from "./ordered_consumer.ts";
import { OwnCommits } from "./own_commits.ts";
import { PARTITIONS } from "./partition.ts";
import type { ServerApi } from "./server_api.ts";
import { Slots } from "./slots.ts";
import { Snapshots } from "./snapshots.ts";
import { checkLog, logConfig } from "./stream_config.ts";

/** Bytes of a message that are left for its headers and its subject. */
const HEADERS = 4_096;
/** Batches that are on their way at the same time. */
const BATCHES = 8;

/** All namespaces of one prefix and NATS account. */
export class JetStreamDriver implements Driver {
  readonly capabilities: Capabilities;
  readonly carrier: BusCarrier;
  readonly #api: ServerApi;
  readonly #prefix: string;
  readonly #inbox: Inbox;
  readonly #heads: HeadCache = new HeadCache();
  readonly #marks: HeadCache = new HeadCache();
  readonly #consumers: Set<OrderedConsumer> = new Set();
  readonly #batches: Slots;
  readonly #own: OwnCommits = new OwnCommits();

  constructor(api: ServerApi, { prefix }: AdapterOptions) {
    const room = (api.connection.info?.max_payload ?? Infinity) - HEADERS;
    // The server writes to disk every two minutes by default: what it acknowledged outlives a process, not the power.
    this.capabilities = { durability: "process", maxCommitBytes: Math.min(DEFAULT_MAX_COMMIT_BYTES, room) };
    this.#api = api;
    this.#prefix = prefix;
    this.#inbox = new Inbox(api.connection);
    this.#batches = new Slots(BATCHES, api.patience);
    this.carrier = new BusCarrier(api.connection, prefix, this.#own);
  }

  open(namespace: Namespace): JetStreamLog {
    const api = this.#api;
    const names = namesOf(this.#prefix, namespace);
    const log = {
      api,
      names,
      stream: new LazyStream(api, logConfig(names, PARTITIONS), (config) => checkLog(names, config)),
      direct: new DirectGet(api, names.log),
      heads: this.#heads,
      marks: this.#marks,
      actors: new ActorsOfSubjects(names),
      inbox: this.#inbox,
      consumers: this.#consumers,
      batches: this.#batches,
      own: this.#own,
    };
    return new JetStreamLog(log, new Snapshots(log));
  }

  namespaces(): AsyncIterable<Namespace> {
    return explainedEach("list namespaces", listNamespaces(this.#api, this.#prefix));
  }

  async close(): Promise<void> {
    await Promise.all([...this.#consumers].map((consumer) => consumer.close()));
    this.#inbox.close();
    this.#own.close();
  }
}
