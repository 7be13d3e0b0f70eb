import type { CallAddress, Calls } from "../driver/calls.ts";
import type { BackendHandle } from "../lifecycle/backend_handle.ts";

/** One node of a cluster. The nodes are the processes that share a storage. Made by {@link Backend.join}. */
export interface Cluster extends AsyncDisposable {
  /** The name of this node. */
  readonly name: string;

  /**
   * The session of this node: see {@link ClusterMember.session}. `undefined` if the node has failed to renew its
   * session in time, or a live node has its name. The node then stops all work and joins again by itself.
   */
  readonly session: string | undefined;

  /**
   * The live nodes, including this node, in the order of their session ids. The list is updated with each heartbeat.
   */
  readonly members: readonly ClusterMember[];

  /** Identifies the backend that has joined: `hostActors` refuses a store of another backend. */
  readonly backendHandle?: BackendHandle | undefined;

  /**
   * Carries requests between the nodes: `hostActors` sends commands to the owners of actors over it. `undefined` if the
   * adapter has no such transport.
   */
  readonly calls: ClusterCalls | undefined;

  /**
   * Calls a listener after nodes have joined or left, or their services have changed.
   *
   * @param listener A function. If it throws, `onError` receives the error.
   * @returns The registration. Its disposal removes the listener.
   */
  onChange(listener: () => void): Disposable;

  /**
   * Announces that this node takes part in a service. Other nodes see it in {@link ClusterMember.services} within a
   * heartbeat. The services of one node, as a JSON array, have at most 65,000 bytes.
   *
   * @param service 1 to 250 characters of `A-Z a-z 0-9 _ - . : ~ =`.
   * @returns The offer. Its disposal withdraws the service.
   * @throws {InvalidArgumentError} If `service` is not such a string.
   * @throws {TooLargeError} If the services of this node would have more than 65,000 bytes.
   * @throws {ClosedError} If the cluster was closed.
   */
  offer(service: string): Disposable;

  /**
   * Runs work on one node at a time: waits until this node is the leader, then calls `work`.
   *
   * When the node loses the leadership, the `signal` of the term is aborted. After the work has ended, it starts again
   * as soon as this node is the leader again, with a greater `term`. When the work ends by itself, the call returns,
   * and another node becomes the leader.
   *
   * @param name 1 to 64 characters, in 1 to 12 tokens of `A-Z a-z 0-9 _ -` with dots between them.
   * @param work Called for each term. It must end when its signal is aborted.
   * @param options `signal`: releases the leadership, or ends the wait for it.
   * @returns The value that the work returned when it ended by itself.
   * @throws {InvalidArgumentError} If an argument is invalid, or a call with the same name is pending on this node.
   * @throws {AbortError} If `signal` was aborted.
   * @throws {ClosedError} If the cluster was closed.
   * @throws The error that the work threw.
   *
   * @example
   * ```ts
   * import { memory } from "@flowmade-one/aether/memory";
   * import { assertEquals } from "@std/assert";
   *
   * await using backend = memory();
   * await using cluster = await backend.join({ name: "node-1" });
   * const invoices = await cluster.lead("month-end", ({ term }) => Promise.resolve(term > 0 ? 12 : 0));
   * assertEquals(invoices, 12);
   * ```
   */
  lead<T>(name: string, work: (term: Term) => T | Promise<T>, options?: LeadOptions): Promise<T>;

  /**
   * Distributes shards among the nodes that call `share` with the same name and number of shards. Each shard has one
   * owner at a time. The distribution is even: no node owns more than `ceil(shards / nodes)`. When a node joins or
   * leaves, more shards may move than an even distribution requires: with up to ten nodes, at most three times as many
   * on average. With more nodes, the factor can be greater.
   *
   * @param name As for {@link Cluster.lead}. Nodes that pass another number of shards share another set.
   * @param shards 1 to 1,024.
   * @param work Called for each shard that is assigned to this node. It must end when its signal is aborted: another
   * node then becomes the owner. If it returns earlier, the node keeps the shard, and no work runs. If it throws,
   * `onError` receives the error, and the work is called again a heartbeat later.
   * @throws {InvalidArgumentError} If an argument is invalid, or this node already shares a set of the same name and
   * number.
   * @throws {TooLargeError} If the services of this node would have more than 65,000 bytes: the set is one of them.
   * @throws {ClosedError} If the cluster was closed.
   *
   * @example
   * ```ts
   * import { memory } from "@flowmade-one/aether/memory";
   * import { assertEquals } from "@std/assert";
   *
   * await using backend = memory();
   * await using cluster = await backend.join();
   * const started = Promise.withResolvers<number>();
   * await using shares = cluster.share("mailer", 1, (shard) => started.resolve(shard));
   * assertEquals(await started.promise, 0);
   * assertEquals(shares.owned, [0]);
   * ```
   */
  share(name: string, shards: number, work: (shard: number, term: Term) => unknown): Shares;

  /**
   * Leaves the cluster: aborts all work, waits until it has ended, and releases every leadership and shard that this
   * node owns. The work itself must not wait for this call. Other nodes take over at once. If the storage does not
   * answer, the promise resolves when the session has expired.
   */
  close(): Promise<void>;
}

/** One node of a cluster. */
export interface ClusterMember {
  /** The name with which the node joined. */
  readonly name: string;
  /** The id of the node's session. A node gets a new session each time that it joins, or joins again. */
  readonly session: string;
  /** The services in which the node takes part. */
  readonly services: readonly string[];
}

/** A service of a node: see {@link CallAddress}. */
export type NodeService = Pick<CallAddress, "namespace" | "service">;

/**
 * Answers a request to a session of a node. The promise must not reject.
 *
 * @param request The bytes of the request. The handler may keep or change them.
 * @param session The session to which the request was sent. The node may have lost it since.
 */
export type SessionHandler = (request: Uint8Array, session: string) => Promise<Uint8Array>;

/** Carries requests between the nodes of a cluster. Made by {@link Backend.join}. */
export interface ClusterCalls extends Pick<Calls, "maxBytes" | "call"> {
  /**
   * Answers the requests to a service of this node, under its current session and under each later session. It ends when
   * the cluster is closed.
   *
   * @returns The registration. Its disposal ends the service, and resolves when the requests that had arrived have been
   * answered. While the storage does not answer, it resolves earlier.
   * @throws {InvalidArgumentError} If this node already answers at the service.
   * @throws {UnavailableError} If the connection was closed permanently.
   */
  serve(service: NodeService, answer: SessionHandler): AsyncDisposable;
}

/** One period in which a node owns a leadership or a shard. */
export interface Term {
  /**
   * The fencing token: greater than the token of every earlier owner. A storage or service can remember the greatest
   * token that it has seen, and refuse a smaller token. It thus refuses requests of a process that has not noticed the
   * loss of its ownership.
   */
  readonly term: number;
  /**
   * Aborted when the ownership is lost, or when another node is to become the owner. That node waits until the work has
   * ended.
   */
  readonly signal: AbortSignal;
  /**
   * Whether this node owns the leadership or shard now, by its own clock. After a pause of the process, `held` is
   * `false` before `signal` is aborted. Check `held` before each step that two nodes must not take at the same time.
   */
  readonly held: boolean;
}

/** Options of {@link Cluster.lead}. */
export interface LeadOptions {
  /** Releases the leadership, or ends the wait for it. */
  readonly signal?: AbortSignal | undefined;
}

/** The shards of a set that one node owns. */
export interface Shares extends AsyncDisposable {
  /** The shards that this node owns, in ascending order. */
  readonly owned: readonly number[];
  /** Aborts the work of all shards, waits until it has ended, and releases them. */
  close(): Promise<void>;
}
