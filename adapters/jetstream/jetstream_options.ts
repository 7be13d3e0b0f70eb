import type { BackendOptions } from "../../mod.ts";
import {
  checkBackendOptions,
  checkBounds,
  checkChoice,
  checkWholeNumber,
  type Quota,
  type Retention,
} from "../../adapter.ts";
import { InvalidArgumentError } from "../../errors.ts";
import { apiPrefixOf, type ApiTarget } from "./api/api_prefix.ts";
import { checkPrefix, DEFAULT_PREFIX } from "./wire/prefix.ts";
import { Codecs } from "./wire/codecs.ts";
import type { CommitCodec } from "./wire/commit_codec.ts";
import type { JetStreamConnection } from "./nats/connection.ts";
import type { StreamSettings } from "./streams/stream_settings.ts";

/** Options of a JetStream backend. */
export interface JetStreamOptions extends BackendOptions, ApiTarget {
  /**
   * A connection of nats.js 3, over any of its transports. It stays yours: the backend never closes it. When the
   * backend is closed, it ends its subscriptions and requests.
   */
  readonly connection: JetStreamConnection;
  /**
   * The prefix of every subject: one token of `A-Z a-z 0-9 _ -`, 32 characters at most; by default `aether`. Names of
   * streams do not depend on it, so that one NATS account has one prefix only.
   */
  readonly prefix?: string | undefined;
  /**
   * The number of servers of a cluster that store each new stream: 1 to 5, by default 1. With 3, which is usual, a
   * stream survives the loss of one server. Existing streams stay unchanged.
   */
  readonly replicas?: number | undefined;
  /** The storage of new streams: `"file"`, the default, or `"memory"`, which is lost when a server ends. */
  readonly storage?: "file" | "memory" | undefined;
  /**
   * The maximum number of bytes of one commit in its JSON form; by default 1,000,000, or less if the server's
   * `max_payload` is smaller. More than 1,000,000 requires a greater `max_payload` on every server.
   */
  readonly maxCommitBytes?: number | undefined;
  /**
   * The number of actors whose latest commit is cached, so that an append to them takes one round trip; by default
   * 20,000, which take about 3 MB.
   */
  readonly cachedActors?: number | undefined;
  /**
   * The codec of new commits; by default JSON. The size of a commit is that of its JSON form. The encoded commit has to
   * fit into one message, or the append fails with `TooLargeError`. Published events use the codec too, so that every
   * receiver needs it. Snapshots stay JSON.
   */
  readonly codec?: CommitCodec | undefined;
  /**
   * Further codecs for reading: those of earlier commits. JSON and `codec` are always among them. A read that meets a
   * commit of another codec fails with `CorruptDataError`, which names its content type.
   */
  readonly readCodecs?: readonly CommitCodec[] | undefined;
  /**
   * Milliseconds that an operation waits for the server, over all its requests; by default 15,000, which outlasts the
   * election of a new leader. Then a read fails with `UnavailableError`. An append fails with `OutcomeUnknownError`,
   * unless it is certain that nothing was stored. A subscription waits while it is open, also at its start.
   */
  readonly timeout?: number | undefined;
  /**
   * The retention: the oldest commits of each namespace expire when a bound is exceeded. By default none does. It is
   * stored with the namespace's stream when that is created, and holds for every backend. An existing stream with
   * another retention is refused with `UnsupportedStorageError`. Not together with `quota`.
   *
   * Age goes by the server's clock, from nats-server 2.10 on. Bytes are counted as the server counts them: the commit's
   * body, its subject, its headers, and 34 more. A new read does not return expired commits. They are purged later,
   * some hundreds at once, except for the newest 1,024 commits.
   */
  readonly retention?: Retention | undefined;
  /**
   * The quota of each namespace: an append beyond it is refused with `QuotaExceededError`. It becomes the limits of the
   * namespace's stream when that is created. An existing stream with other limits is refused with
   * `UnsupportedStorageError`. Bytes are counted as the server counts them: the commit's body, its subject, its
   * headers, and 34 more. `maxBytes` needs nats-server 2.10.
   */
  readonly quota?: Quota | undefined;
}

/** The options of this adapter's functions, checked. */
export interface AdapterOptions {
  readonly backend: BackendOptions;
  readonly connection: JetStreamConnection;
  readonly prefix: string;
  /** The prefix of the subjects of JetStream's API. */
  readonly apiPrefix: string;
  readonly timeout: number;
  readonly streams: StreamSettings;
  /** Absent: the server's maximum, up to the default. */
  readonly maxCommitBytes: number | undefined;
  readonly cachedActors: number;
  readonly codecs: Codecs;
}

/** The names of the options that only this adapter has. */
const OPTIONS = [
  "connection",
  "prefix",
  "domain",
  "apiPrefix",
  "replicas",
  "storage",
  "maxCommitBytes",
  "cachedActors",
  "codec",
  "readCodecs",
  "timeout",
  "retention",
  "quota",
] as const satisfies readonly (keyof JetStreamOptions)[];
const MEMBERS = ["isClosed", "publish", "rtt", "status", "subscribe"] as const;
const DEFAULT_TIMEOUT = 15_000;
const DEFAULT_CACHED_ACTORS = 20_000;

/** JetStream's own bound. */
const MAX_REPLICAS = 5;

/** The maximum time of a timer, in milliseconds. */
const MAX_TIMEOUT = 2 ** 31 - 1;

/**
 * Checks the options of this adapter's functions, without a request.
 *
 * @param of The function, such as `jetstream`, as errors name it.
 * @throws {InvalidArgumentError} If an option is not valid.
 */
export function checkJetStreamOptions(options: JetStreamOptions, of: string): AdapterOptions {
  refuseConnection(options, of);
  const backend = checkBackendOptions(options, of, OPTIONS);
  const { connection, prefix = DEFAULT_PREFIX, timeout = DEFAULT_TIMEOUT, retention, quota } = options;
  const { codec, readCodecs = [] } = options;
  const { domain, apiPrefix } = options;
  const { replicas = 1, storage = "file", maxCommitBytes, cachedActors = DEFAULT_CACHED_ACTORS } = options;
  checkConnection(connection);
  checkPrefix(prefix);
  checkWholeNumber(replicas, "replicas", 1, MAX_REPLICAS);
  checkChoice(storage, "storage", ["file", "memory"]);
  checkWholeNumber(maxCommitBytes, "maxCommitBytes", 1, undefined, "bytes");
  checkWholeNumber(cachedActors, "cachedActors", 0, undefined, "actors");
  checkWholeNumber(timeout, "timeout", 1, MAX_TIMEOUT, "milliseconds");
  const bounds = checkBounds(retention, quota);
  const codecs = new Codecs(codec, readCodecs);
  return {
    backend,
    connection,
    prefix,
    apiPrefix: apiPrefixOf({ domain, apiPrefix }),
    timeout,
    streams: { replicas, storage, ...bounds },
    maxCommitBytes,
    cachedActors,
    codecs,
  };
}

function checkConnection(connection: unknown): void {
  if (isConnection(connection)) return;
  throw new InvalidArgumentError(
    `connection ${connection === undefined ? "is missing: it " : ""}must be a connection of nats.js, as connect() of ` +
      `@nats-io/transport-node or another transport gives it`,
    { argument: "connection" },
  );
}

/** Refuses a connection in place of the options. */
function refuseConnection(options: unknown, of: string): void {
  if (!isConnection(options)) return;
  throw new InvalidArgumentError(`${of} takes options, not a connection: pass { connection }`, { argument: "options" });
}

function isConnection(value: unknown): boolean {
  const members = value as Partial<Record<string, unknown>> | undefined | null;
  return MEMBERS.every((member) => typeof members?.[member] === "function");
}
