import type { Cluster } from "../cluster/cluster.ts";
import type { AnyEvents, EventMap, Json } from "../events/event_map.ts";
import type { RecordedEventOf } from "../events/recorded_event.ts";
import type { ExecuteOptions } from "../state/options.ts";

/** Executes the commands of actors whose states stay in memory. Made by {@link hostActors}. */
export interface ActorHost<C, E extends EventMap = AnyEvents, A = undefined> extends AsyncDisposable {
  /**
   * Executes a command, with the guarantees of `execute`. The owner of the actor executes it: this process, or another
   * node of the cluster. If the owner does not answer, this process executes the command.
   *
   * The owner executes the commands of an actor one at a time, in the order of arrival. A command with a `commitId` is
   * stored at most once within the history that its `lookback` searches, even if it is repeated on other nodes.
   *
   * @param actorId See {@link parseActorId}.
   * @param command Passed to `decide`. In a cluster it must be JSON, and `decide` receives a frozen copy.
   * @param options See {@link HostedOptions}.
   * @returns The result. Resolves when the events are stored.
   * @throws {OverloadedError} If `maxQueue` commands of the actor are waiting already. Nothing was stored.
   * @throws {OutcomeUnknownError} Also if the signal was aborted during the request to the owner, or if the owner did not
   * report an outcome and this process stored no events itself: the owner may execute the command later.
   * @throws {InvalidArgumentError} Also if the command, or the answer, is not JSON in a cluster. Nothing was stored,
   * unless the message says that the command is stored: its commit id was repeated, or its owner has stored it.
   * @throws {CorruptDataError} Also if the owner stored events whose types this process does not have. The command was
   * executed.
   * @throws {ClosedError} Also if the host was closed.
   * @throws The other errors of `execute`, with the same classes, whichever process executed the command.
   */
  execute(actorId: string, command: C, options?: HostedOptions): Promise<HostedResult<E, A>>;

  /** The counts of this host. */
  readonly stats: HostStats;

  /**
   * Accepts no further commands, finishes the waiting ones, and drops all states. Other nodes take over at once. Call
   * it before the cluster is closed.
   */
  close(): Promise<void>;
}

/** Options of one hosted command: those options of `execute` that can be sent to another process, and a signal. */
export interface HostedOptions
  extends Pick<ExecuteOptions, "expectedVersion" | "commitId" | "lookback" | "onExhausted" | "metadata"> {
  /**
   * The maximum number of attempts to decide and append when other writers append in between; 1 to 1,000. By default
   * 100; with an `expectedVersion` 1. A conflict that only proves that the state in memory was outdated does not count.
   */
  readonly attempts?: number | undefined;
  /** Aborts waiting, loading and appending. */
  readonly signal?: AbortSignal | undefined;
}

/** The result of a hosted command. */
export interface HostedResult<E extends EventMap = AnyEvents, A = undefined> {
  /** The actor's version after the events. */
  readonly version: number;
  /** The events that were decided and stored, oldest first; empty if the command changed nothing. */
  readonly events: readonly RecordedEventOf<E>[];
  /**
   * Whether the command had been executed before, with the same commit id of the caller. If the owner stored the command
   * and its answer was lost or too large, this is `true` also for the first call with that commit id.
   */
  readonly duplicate: boolean;
  /** See `lookbackExhausted` of `execute`. */
  readonly lookbackExhausted: boolean;
  /** The result of `answer` of the host for the state after the events; `undefined` without that option. */
  readonly answer: A;
}

/** Counts of one host since its creation. */
export interface HostStats {
  /** Actors in memory now. */
  readonly actors: number;
  /** Commands that wait for their turn now. */
  readonly waiting: number;
  /** Commands that this process executed. */
  readonly executed: number;
  /** The number of commands that other nodes sent to this node as the owner, and that this node executed. */
  readonly served: number;
  /** Commands that were sent to the owner in another process. */
  readonly sent: number;
  /**
   * The number of commands that this process first sent to the owner and then executed, because the owner did not
   * answer or handed them back.
   */
  readonly fallbacks: number;
  /** Commands of other nodes that were handed back because they waited longer than `maxRequestAge`. */
  readonly overdue: number;
  /** The number of times that an actor was loaded. */
  readonly loads: number;
  /** The number of times that events of other writers were read into a state in memory. */
  readonly refreshes: number;
}

/** Options of a host in one process. */
export interface LocalHostOptions<S, A = never> {
  /** Milliseconds after its last command until an actor is dropped from memory; by default 60,000. */
  readonly idleAfter?: number | undefined;
  /** The number of actors in memory above which the least recently used ones are dropped; by default 10,000. */
  readonly maxActors?: number | undefined;
  /**
   * The number of commands of one actor that may wait; by default 1,000. A further one fails with `OverloadedError`.
   */
  readonly maxQueue?: number | undefined;
  /**
   * Makes the answer to a command from the state after its events. It must be a pure function. It is tried before the
   * events are stored: if it throws, nothing is stored. In a cluster the answer must be JSON.
   */
  readonly answer?: ((state: S) => A) | undefined;
  /** Absent for a host in one process. */
  readonly cluster?: undefined;
  /** The name of the host in errors; by default `actors`. */
  readonly name?: string | undefined;
}

/** Options of a host in the nodes of a cluster. */
export interface ClusterHostOptions<S, A = never> extends Omit<LocalHostOptions<S, A>, "cluster" | "name"> {
  /** A node of the cluster of the store's own backend. */
  readonly cluster: Cluster;
  /**
   * The name of these actors in their namespace: 1 to 64 characters, in 1 to 12 tokens of `A-Z a-z 0-9 _ -` with dots
   * between them. All nodes that use the same name in the same namespace host the same actors. They must have the same
   * decider, or versions of the same decider.
   */
  readonly name: string;
  /**
   * Milliseconds that a command of another node may wait for its turn; by default 2,000. A command that has waited
   * longer is handed back, and its caller executes it. A caller waits for the answer half a second longer than this
   * time.
   */
  readonly maxRequestAge?: number | undefined;
}

/** `unknown` if commands and answers are JSON, and not `undefined`; otherwise a sentence that the compiler shows. */
export type HostedJson<C, A> = [C] extends [Exclude<Json<C>, undefined | void>]
  ? [A] extends [Exclude<Json<A>, undefined | void>] ? unknown
  : { readonly answer: "the answer of actors that are hosted in a cluster must be JSON: it travels between processes" }
  : { readonly cluster: "commands of actors that are hosted in a cluster must be JSON: they travel between processes" };

/** The type of the answers of a host: `undefined` if the option `answer` is absent, so that `A` is `never`. */
export type AnswerOf<A> = [A] extends [never] ? undefined : A;
