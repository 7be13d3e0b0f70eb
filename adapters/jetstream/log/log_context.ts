import type { Retention } from "../../../adapter.ts";
import type { ActorIdCache } from "../wire/actor_id_cache.ts";
import type { Codecs } from "../wire/codecs.ts";
import type { FairSemaphore } from "../api/fair_semaphore.ts";
import type { SequenceCache } from "./sequence_cache.ts";
import type { ManagedStream, StreamState } from "../streams/managed_stream.ts";
import type { LogMetadata } from "../wire/log_marker.ts";
import type { MessageGet } from "../api/message_get.ts";
import type { Names } from "../wire/names.ts";
import type { OrderedConsumer } from "../api/ordered_consumer.ts";
import type { VersionFloor } from "../wire/version_floor.ts";
import type { RetryBudget } from "../api/retry_budget.ts";
import type { ServerApi } from "../api/server_api.ts";
import type { Semaphore } from "../api/semaphore.ts";

/** The parts that all operations on the log of one namespace share. */
export interface LogContext {
  readonly api: ServerApi;
  readonly names: Names;
  /** The stream of the log, with the metadata of its marker. */
  readonly stream: ManagedStream<LogMetadata>;
  /** Reads single messages of the stream. */
  readonly gets: MessageGet;
  /** The latest commit of each actor, by subject. One cache for all namespaces, whose subjects differ. */
  readonly latest: SequenceCache;
  readonly actorIds: ActorIdCache;
  /** The running consumers. They are closed with the backend. */
  readonly consumers: Set<OrderedConsumer>;
  /** Limits concurrent batch requests of this namespace. */
  readonly batchSemaphore: Semaphore;
  /** Limits concurrent batch requests of all namespaces together. */
  readonly sharedBatchSemaphore: FairSemaphore;
  readonly codecs: Codecs;
  /** Finds expired commits of logs with retention. */
  readonly horizon: ExpiryHorizon;
  readonly floors: VersionFloorStore;
  /** Limits concurrent appends to actors that are not in `latest`, in logs whose commits expire. */
  readonly uncachedAppends: Semaphore;
  /**
   * By the actor's subject: the version of the last snapshot that was read, and the sequence of the commit with that
   * version. A load reads the events from this commit on.
   */
  readonly snapshotSequences: SequenceCache;
  /** Reports background failures. Never throws. */
  readonly report: (error: Error) => void;
}

/** Finds the sequence of the first commit that has not expired. */
export interface ExpiryHorizon {
  find(log: LogContext, state: StreamState, now: number, retention: Retention, budget: RetryBudget): Promise<number>;
}

/** A version floor and the actor that it belongs to; the id is `undefined` if the subject names no actor. */
export interface ListedFloor extends VersionFloor {
  readonly actorId: string | undefined;
}

/** Keeps the last version of actors whose commits were purged from the log. */
export interface VersionFloorStore {
  provision(budget: RetryBudget): Promise<void>;
  find(actorId: string, budget: RetryBudget): Promise<VersionFloor | undefined>;
  list(actors: string, signal: AbortSignal | undefined): AsyncIterable<ListedFloor>;
  raise(actorId: string, floor: VersionFloor, budget: RetryBudget): Promise<void>;
}
