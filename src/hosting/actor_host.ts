import type { Cluster } from "../cluster/cluster.ts";
import type { AnyEvents, EventMap, Json } from "../events/event_map.ts";
import type { RecordedEventOf } from "../events/recorded_event.ts";
import type { ExecuteOptions } from "../state/options.ts";

/** Executes the commands of actors whose states stay in memory. Made by {@link hostActors}. */
export interface ActorHost<C, E extends EventMap = AnyEvents, A = undefined> extends AsyncDisposable {
  /**
   * Executes a command, as `execute` does and with its promises. The owner of the actor executes it: this process, or
   * another node of the cluster. If the owner does not answer, this process executes the command.
   *
   * Commands of one actor are executed one at a time by its owner, in the order of arrival. A command is stored at most
   * once, however often it is repeated under one `commitId` and wherever: within the history that its `lookback` searches.
   *
   * @param actorId See {@link parseActorId}.
   * @param command Passed to `decide`. In a cluster it must be JSON, and `decide` receives a frozen copy.
   * @param options See {@link HostedOptions}.
   * @returns When the events are stored.
   * @throws {OverloadedError} If as many commands of the actor wait as `maxQueue` allows; nothing was stored.
   * @throws {OutcomeUnknownError} Also if the signal was aborted while the owner was asked.
   * @throws {InvalidArgumentError} Also if the command, or the answer, is not JSON in a cluster; nothing was stored.
   * @throws {ClosedError} Also if the host was closed.
   * @throws The other errors of `execute`, of the same classes, whichever process executed the command.
   */
  execute(actorId: string, command: C, options?: HostedOptions): Promise<HostedResult<E, A>>;

  /** The counts of this host. */
  readonly stats: HostStats;

  /**
   * Takes no further commands, finishes those that wait, and drops all states. Other nodes take over at once. Call it
   * before the cluster is closed.
   */
  close(): Promise<void>;
}

/** How one hosted command is executed: the options of `execute` that can travel to another process, and a signal. */
export interface HostedOptions
  extends Pick<ExecuteOptions, "expectedVersion" | "commitId" | "lookback" | "onExhausted" | "metadata"> {
  /**
   * How often to decide and append at most, when others append in between; 1 to 1,000. By default 100, with an
   * `expectedVersion` 1. A conflict that only shows that a state in memory was outdated does not count.
   */
  readonly attempts?: number | undefined;
  /** Aborts waiting, loading and appending. */
  readonly signal?: AbortSignal | undefined;
}

/** The result of a hosted command. */
export interface HostedResult<E extends EventMap = AnyEvents, A = undefined> {
  /** The actor's version after the events. */
  readonly version: number;
  /** The events that were decided and stored, oldest first; none if the command changed nothing. */
  readonly events: readonly RecordedEventOf<E>[];
  /** Whether the command had been executed before, with the same commit id. */
  readonly duplicate: boolean;
  /** See `lookbackExhausted` of `execute`. */
  readonly lookbackExhausted: boolean;
  /** The result of `answer` of the host for the state after the events; `undefined` without that option. */
  readonly answer: A;
}

/** Counts of one host, since it was made. */
export interface HostStats {
  /** Actors in memory now. */
  readonly actors: number;
  /** Commands that wait for their actor now. */
  readonly waiting: number;
  /** Commands that this process executed. */
  readonly executed: number;
  /** Those of them that other nodes had sent, as to the owner. */
  readonly served: number;
  /** Commands that were sent to the owner in another process. */
  readonly sent: number;
  /** Those of them that this process had sent before: the owner did not answer, or handed them back. */
  readonly fallbacks: number;
  /** Commands of other nodes that were handed back because they waited longer than `maxRequestAge`. */
  readonly overdue: number;
  /** Times that an actor was loaded. */
  readonly loads: number;
  /** Times that the events of others were read into a state in memory. */
  readonly refreshes: number;
}

/** How actors are hosted in this process alone. */
export interface LocalHostOptions<S, A = undefined> {
  /** Milliseconds after its last command when an actor is dropped from memory; by default 60,000. */
  readonly idleAfter?: number | undefined;
  /** Actors in memory above which the least recently used ones are dropped; by default 10,000. */
  readonly maxActors?: number | undefined;
  /** Commands of one actor that may wait; by default 1,000. A further one fails with `OverloadedError`. */
  readonly maxQueue?: number | undefined;
  /**
   * Makes the answer to a command of the state after its events. A pure function. It is tried before the events are
   * stored: if it throws, nothing is stored. In a cluster the answer must be JSON.
   */
  readonly answer?: ((state: S) => A) | undefined;
  /** Absent. */
  readonly cluster?: undefined;
  /** Names the host in errors; by default `actors`. */
  readonly name?: string | undefined;
}

/** How actors are hosted by the nodes of a cluster. */
export interface ClusterHostOptions<S, A = undefined> extends Omit<LocalHostOptions<S, A>, "cluster" | "name"> {
  /** A node of the cluster of the store's own backend. */
  readonly cluster: Cluster;
  /**
   * The name of these actors in their namespace: 1 to 64 characters of `A-Z a-z 0-9 _ -`, and dots between them. All nodes
   * that give the same name for the same namespace host the same actors, and must have the same decider, or another
   * version of it.
   */
  readonly name: string;
  /**
   * Milliseconds that a command of another node may wait for its turn; by default 2,000. An older one is handed back and
   * executed by its caller. A caller waits half a second longer for the answer.
   */
  readonly maxRequestAge?: number | undefined;
}

/** `unknown` if commands and answers are JSON; else a sentence, which the compiler then shows. */
export type HostedJson<C, A> = [C] extends [Json<C>] ? [A] extends [Json<A>] ? unknown
  : { readonly answer: "the answer of actors that are hosted in a cluster must be JSON: it travels between processes" }
  : { readonly cluster: "commands of actors that are hosted in a cluster must be JSON: they travel between processes" };
