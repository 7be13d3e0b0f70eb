import type { Retention } from "../../../adapter.ts";
import type { ActorsOfSubjects } from "../wire/actors_of_subjects.ts";
import type { Codecs } from "../wire/codecs.ts";
import type { FairSemaphore } from "../api/fair_semaphore.ts";
import type { HeadCache } from "./head_cache.ts";
import type { LazyStream, StreamState } from "../streams/lazy_stream.ts";
import type { LogFacts } from "../wire/log_marker.ts";
import type { MessageGet } from "../api/message_get.ts";
import type { Names } from "../wire/names.ts";
import type { OrderedConsumer } from "../api/ordered_consumer.ts";
import type { ParkedHead } from "../wire/parked_head.ts";
import type { Patience } from "../api/patience.ts";
import type { ServerApi } from "../api/server_api.ts";
import type { Slots } from "../api/slots.ts";

/** What everything that is done with one namespace's log works on. */
export interface LogContext {
  readonly api: ServerApi;
  readonly names: Names;
  /** Of the stream, what its marker says is known. */
  readonly stream: LazyStream<LogFacts>;
  readonly gets: MessageGet;
  /** Shared by all namespaces: subjects tell them apart. */
  readonly heads: HeadCache;
  readonly actors: ActorsOfSubjects;
  /** Those that run, to be ended with the backend. */
  readonly consumers: Set<OrderedConsumer>;
  /** For the batches of this namespace. */
  readonly batches: Slots;
  /** For the batches of all namespaces. */
  readonly sharedBatches: FairSemaphore;
  readonly codecs: Codecs;
  /** What has expired, of logs that keep not everything. */
  readonly beginning: ExpiryHorizon;
  readonly parked: HeadArchive;
  /** For those who append to actors that nothing is known of, to logs that keep not everything. */
  readonly births: Slots;
  /** By subject, the frame that holds the version of the actor's snapshot that was found last. */
  readonly marks: HeadCache;
  /** Is told what nobody waits for and somebody has to know; does not throw. */
  readonly report: (error: Error) => void;
}

/** Tells from which sequence on commits have not expired. */
export interface ExpiryHorizon {
  find(log: LogContext, state: StreamState, now: number, retention: Retention, patience: Patience): Promise<number>;
}

/** Keeps the last version of actors whose commits have left the log. */
export interface HeadArchive {
  provision(patience: Patience): Promise<void>;
  find(actorId: string, patience: Patience): Promise<ParkedHead | undefined>;
  park(actorId: string, head: ParkedHead, patience: Patience): Promise<void>;
}
