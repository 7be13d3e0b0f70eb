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

/** How a JetStream backend behaves. */
export interface JetStreamOptions extends BackendOptions, ApiTarget {
  /**
   * A connection of nats.js 3, from any of its transports. It stays yours: the backend never closes it, and ends what it
   * has running over it when the backend is closed.
   */
  readonly connection: JetStreamConnection;
  /**
   * The prefix of every subject: one token of `A-Z a-z 0-9 _ -`, 32 characters at most; by default `aether`. Names of
   * streams do not depend on it, so that one NATS account has room for one prefix.
   */
  readonly prefix?: string | undefined;
  /**
   * On how many servers of a cluster the streams are kept that are made for new namespaces: 1 to 5, by default 1; 3 is
   * usual, and survives the loss of one. Streams that exist stay as they are, whoever made them.
   */
  readonly replicas?: number | undefined;
  /**
   * Where the servers keep the streams that are made for new namespaces: in files, which is the default, or in memory,
   * which a server's end empties.
   */
  readonly storage?: "file" | "memory" | undefined;
  /**
   * The most bytes of one commit in its JSON form; by default 1,000,000, or what the server's `max_payload` leaves room
   * for if that is less. More than 1,000,000 takes a greater `max_payload` on every server.
   */
  readonly maxCommitBytes?: number | undefined;
  /**
   * The number of actors whose last version is remembered, so that an append to them is one round trip; by default
   * 20,000, which take about 3 MB.
   */
  readonly cachedActors?: number | undefined;
  /**
   * The form in which new commits are stored; by default JSON text. The size of a commit is that of its JSON form all the
   * same; what the codec makes of it has to fit into a message too, or the append fails with `TooLargeError`. Published
   * events are sent in it too, so that whoever hears them has to know it; snapshots stay JSON.
   */
  readonly codec?: CommitCodec | undefined;
  /**
   * Further forms of commits that are read: those in which a log was written before. JSON and that of `codec` always are.
   * A commit of another form fails its reading with `CorruptDataError`, which names its content type.
   */
  readonly readCodecs?: readonly CommitCodec[] | undefined;
  /**
   * Milliseconds that an operation waits for the server, over all that it asks of it; by default 15,000, which outlasts
   * the election of a new leader. Then reading fails with `UnavailableError`, and an append, unless it is known that
   * nothing was stored, with `OutcomeUnknownError`. A subscription waits for as long as it is open, also from its start.
   */
  readonly timeout?: number | undefined;
  /**
   * What expires: the oldest commits of each namespace, when a bound is passed. Without it, nothing does. It is written
   * down with the namespace's stream when that is made, and holds for whoever uses it; a stream that exists with another
   * is refused with `UnsupportedStorageError`. Not together with `quota`.
   *
   * Age goes by the server's clock, from 2.10 on. Bytes are as the server counts them: the commit's body, its subject, its
   * headers, and 34 more. What has expired is not given to anybody who begins to read. It leaves the server's disk as
   * commits follow, some hundreds at once; the newest 1,024 commits stay there.
   */
  readonly retention?: Retention | undefined;
  /**
   * What each namespace takes: an append past it is refused with `QuotaExceededError`. It becomes the limits of the
   * namespace's stream when that is made; one that exists with other limits is refused with `UnsupportedStorageError`.
   * Bytes are as the server counts them: the commit's body, its subject, its headers, and 34 more. `maxBytes` needs
   * nats-server 2.10.
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
  /** Absent: as many as the server allows, up to the default. */
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

/** The longest time that a timer takes. */
const MAX_TIMEOUT = 2 ** 31 - 1;

/**
 * Checks the options of this adapter's functions, without any request.
 *
 * @param of The function, such as `jetstream`, as errors name it.
 * @throws {InvalidArgumentError} If an option is not what it must be.
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

/** A connection in place of the options. */
function refuseConnection(options: unknown, of: string): void {
  if (!isConnection(options)) return;
  throw new InvalidArgumentError(`${of} takes options, not a connection: pass { connection }`, { argument: "options" });
}

function isConnection(value: unknown): boolean {
  const members = value as Partial<Record<string, unknown>> | undefined | null;
  return MEMBERS.every((member) => typeof members?.[member] === "function");
}
