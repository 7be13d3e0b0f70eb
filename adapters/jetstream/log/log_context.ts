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
  readonly gets: MessageGet;
  /** Shared by all namespaces: subjects tell them apart. */
  readonly latest: SequenceCache;
  readonly actorIds: ActorIdCache;
  /** Those that run, to be ended with the backend. */
  readonly consumers: Set<OrderedConsumer>;
  /** For the batches of this namespace. */
  readonly batches: Semaphore;
  /** For the batches of all namespaces. */
  readonly sharedBatches: FairSemaphore;
  readonly codecs: Codecs;
  /** Finds expired commits of logs with retention. */
  readonly horizon: ExpiryHorizon;
  readonly floors: VersionFloorStore;
  /** For those who append to actors that nothing is known of, to logs that keep not everything. */
  readonly firstAppends: Semaphore;
  /** By subject, the frame that holds the version of the actor's snapshot that was found last. */
  readonly snapshotSequences: SequenceCache;
  /** Reports background failures. Never throws. */
  readonly report: (error: Error) => void;
}

/** Tells from which sequence on commits have not expired. */
export interface ExpiryHorizon {
  find(log: LogContext, state: StreamState, now: number, retention: Retention, budget: RetryBudget): Promise<number>;
}

/** A version floor and the actor that it belongs to; absent if the subject is not one of an actor. */
export interface ListedFloor extends VersionFloor {
  readonly actorId: string | undefined;
}

/** Keeps the last version of actors whose commits have left the log. */
export interface VersionFloorStore {
  provision(budget: RetryBudget): Promise<void>;
  find(actorId: string, budget: RetryBudget): Promise<VersionFloor | undefined>;
  list(actors: string, signal: AbortSignal | undefined): AsyncIterable<ListedFloor>;
  raise(actorId: string, head: VersionFloor, budget: RetryBudget): Promise<void>;
}
