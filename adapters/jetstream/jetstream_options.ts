import type { BackendOptions } from "../../mod.ts";
import {
  checkBackendOptions,
  checkBounds,
  checkChoice,
  checkWholeNumber,
  type Quota,
  refuseArgument,
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
   * A connection of nats.js 3, over any of its transports. The backend never closes it. A backend that is closed ends
   * only its own subscriptions and requests on the connection.
   */
  readonly connection: JetStreamConnection;
  /**
   * The prefix of every subject: one token of `A-Z a-z 0-9 _ -`, 32 characters at most; by default `aether`. Use one
   * prefix per JetStream domain of a NATS account, because stream names do not contain it: two prefixes would use the
   * same streams. Use another prefix for each domain of an account, because all domains share its subjects.
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
   * The maximum size of one commit in its JSON form, in bytes; by default the smaller of 1,000,000 and the
   * server's `max_payload` minus 4,096. A value must be at least 4,096 less than the `max_payload` of every server.
   */
  readonly maxCommitBytes?: number | undefined;
  /**
   * The number of actors whose latest commit is cached; by default 20,000, which take about 3 MB. An append to a cached
   * actor takes one round trip.
   */
  readonly cachedActors?: number | undefined;
  /**
   * The codec of new commits and of published events; by default JSON. Every receiver needs it. `maxCommitBytes` limits
   * the JSON form of a commit, also with another codec. The encoded commit has to fit into one message, or the append
   * fails with `TooLargeError`. Snapshots are always JSON.
   */
  readonly codec?: CommitCodec | undefined;
  /**
   * Further codecs that can decode earlier commits. JSON and `codec` need not be listed. A read of a commit in another
   * codec fails with `CorruptDataError`, which names its content type.
   */
  readonly readCodecs?: readonly CommitCodec[] | undefined;
  /**
   * The time limit of one operation over all its requests, in milliseconds; by default 15,000, which is longer than the
   * election of a new leader. After this time a read fails with `UnavailableError`. An append fails with
   * `OutcomeUnknownError`, unless it is certain that nothing was stored. A subscription has no time limit: it waits for
   * the server until it is closed.
   */
  readonly timeout?: number | undefined;
  /**
   * The retention: the oldest commits of each namespace expire when a bound is exceeded. By default no commit expires.
   * The retention is stored in the namespace's stream when the stream is created. It applies to every backend. An
   * existing stream with another retention is refused with `UnsupportedStorageError`. A backend cannot have both
   * `retention` and `quota`.
   *
   * The server's clock determines the age of a commit, which needs nats-server 2.10. Bytes are counted as the server
   * counts them: the body, the subject and the headers of the commit, and 34 bytes more. A new read does not return
   * expired commits. Writers purge them later, some hundreds at once, and never purge the newest 1,024 commits.
   */
  readonly retention?: Retention | undefined;
  /**
   * The quota of each namespace: an append beyond it is refused with `QuotaExceededError`. The namespace's stream
   * gets the quota as its limits when it is created. An existing stream with other limits is refused with
   * `UnsupportedStorageError`. Bytes are counted as the server counts them: the body, the subject and the headers of
   * the commit, and 34 bytes more. `maxBytes` needs nats-server 2.10.
   */
  readonly quota?: Quota | undefined;
  /**
   * Whether the server republishes the stored commits of each namespace, by default `true`. With `false`, an append
   * costs the server less time. In other processes, `subscribe` and `observe` of the bus then deliver published events
   * only, and no stored events. Subscriptions of a store deliver every stored event with either value.
   *
   * The choice is stored in the namespace's stream when the stream is created. It applies to every backend. If the
   * option is omitted or `false`, an existing stream is accepted. An explicit `true` refuses an existing stream that
   * does not republish, with `UnsupportedStorageError`.
   */
  readonly republish?: boolean | undefined;
}

/** The checked options of this adapter's functions. */
export interface AdapterOptions {
  readonly backend: BackendOptions;
  readonly connection: JetStreamConnection;
  readonly prefix: string;
  /** The prefix of the subjects of JetStream's API. */
  readonly apiPrefix: string;
  readonly timeout: number;
  readonly streams: StreamSettings;
  /** Absent: the smaller of the default and the maximum that the server's `max_payload` permits. */
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
  "republish",
] as const satisfies readonly (keyof JetStreamOptions)[];
/** The methods by which a connection of nats.js is recognised. */
const CONNECTION_MEMBERS = ["isClosed", "publish", "rtt", "status", "subscribe"] as const;
/** The default time limit of one operation, in milliseconds. */
const DEFAULT_TIMEOUT = 15_000;
const DEFAULT_CACHED_ACTORS = 20_000;

/** The maximum number of replicas that JetStream permits. */
const MAX_REPLICAS = 5;

/** The maximum delay of `setTimeout`, in milliseconds. */
const MAX_TIMEOUT = 2 ** 31 - 1;

/**
 * Checks the options of this adapter's functions. It sends no request.
 *
 * @param functionName The name of the called function for errors, such as `jetstream`.
 * @throws {InvalidArgumentError} If an option is not valid.
 */
export function checkJetStreamOptions(options: JetStreamOptions, functionName: string): AdapterOptions {
  refuseConnection(options, functionName);
  const backend = checkBackendOptions(options, functionName, OPTIONS);
  const { connection, prefix = DEFAULT_PREFIX, timeout = DEFAULT_TIMEOUT, retention, quota, republish } = options;
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
  if (republish !== undefined && typeof republish !== "boolean") {
    refuseArgument("republish", "true or false", republish);
  }
  const bounds = checkBounds(retention, quota);
  const codecs = new Codecs(codec, readCodecs);
  return {
    backend,
    connection,
    prefix,
    apiPrefix: apiPrefixOf({ domain, apiPrefix }),
    timeout,
    streams: { replicas, storage, ...bounds, republish },
    maxCommitBytes,
    cachedActors,
    codecs,
  };
}

function checkConnection(connection: unknown): void {
  if (isConnection(connection)) return;
  throw new InvalidArgumentError(
    `connection ${
      connection === undefined ? "is missing: it " : ""
    }must be a connection of nats.js, which connect() of ` +
      `@nats-io/transport-node or of another transport returns`,
    { argument: "connection" },
  );
}

/** Refuses a connection that a caller passes instead of the options. */
function refuseConnection(options: unknown, functionName: string): void {
  if (!isConnection(options)) return;
  throw new InvalidArgumentError(`${functionName} takes options, not a connection: pass { connection }`, {
    argument: "options",
  });
}

function isConnection(value: unknown): boolean {
  const members = value as Partial<Record<string, unknown>> | undefined | null;
  return CONNECTION_MEMBERS.every((member) => typeof members?.[member] === "function");
}
