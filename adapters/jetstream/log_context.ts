import type { ActorsOfSubjects } from "./actors_of_subjects.ts";
import type { Codecs } from "./codecs.ts";
import type { HeadCache } from "./head_cache.ts";
import type { Inbox } from "./inbox.ts";
import type { LazyStream } from "./lazy_stream.ts";
import type { LogBeginning } from "./log_beginning.ts";
import type { LogFacts } from "./log_marker.ts";
import type { MessageGet } from "./message_get.ts";
import type { Names } from "./names.ts";
import type { OrderedConsumer } from "./ordered_consumer.ts";
import type { ParkedHeads } from "./parked_heads.ts";
import type { ServerApi } from "./server_api.ts";
import type { OwnCommits } from "./own_commits.ts";
import type { Slots } from "./slots.ts";

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
  readonly inbox: Inbox;
  /** Those that run, to be ended with the backend. */
  readonly consumers: Set<OrderedConsumer>;
  /** For those who ask for batches. */
  readonly batches: Slots;
  readonly codecs: Codecs;
  /** What has expired, of logs that keep not everything. */
  readonly beginning: LogBeginning;
  readonly parked: ParkedHeads;
  /** For those who append to actors that nothing is known of, to logs that keep not everything. */
  readonly births: Slots;
  /** By subject, the frame that holds the version of the actor's snapshot that was found last. */
  readonly marks: HeadCache;
  /** Is told what nobody waits for and somebody has to know; does not throw. */
  readonly report: (error: Error) => void;
  /** For those who append: what they store is announced by the core. */
  readonly own: OwnCommits;
}
