/** The processes that share a storage, as one of them sees it. Made by {@link Backend.join}. */
export interface Cluster extends AsyncDisposable {
  /** The name of this node. */
  readonly name: string;

  /**
   * The session of this node, as {@link ClusterMember.session} shows it. `undefined` while it has none: it could not renew
   * its session in time, has stopped all work, and joins again by itself.
   */
  readonly session: string | undefined;

  /** The live nodes, this one included, in the order of their sessions. As of the last heartbeat. */
  readonly members: readonly ClusterMember[];

  /**
   * Calls a listener when nodes have come or gone, or their services have changed.
   *
   * @param listener What it throws goes to `onError`.
   * @returns Ends the calls when disposed of.
   */
  onChange(listener: () => void): Disposable;

  /**
   * Announces that this node takes part in a service. It shows in {@link ClusterMember.services} within a heartbeat.
   *
   * @param service 1 to 250 characters of `A-Z a-z 0-9 _ - . : ~ =`.
   * @returns Takes the service back when disposed of.
   * @throws {InvalidArgumentError} If it is not such a string.
   * @throws {ClosedError} If the cluster was closed.
   */
  offer(service: string): Disposable;

  /**
   * Runs work on one node at a time: waits until this node is the leader, then calls `work`.
   *
   * When the node loses the leadership, `signal` of the term is aborted. Once the work has ended, it begins again as soon
   * as this node leads again, with a greater `term`. When the work ends by itself, another node becomes the leader.
   *
   * @param name 1 to 64 characters of `A-Z a-z 0-9 _ -`, and dots between them.
   * @param work Called for each term. It ends when its signal is aborted.
   * @param options `signal`: gives the leadership up, or stops waiting for it.
   * @returns What the work returns when it ends by itself.
   * @throws {InvalidArgumentError} If an argument is not valid, or this node already leads or waits under the name.
   * @throws {AbortError} If `signal` was aborted.
   * @throws {ClosedError} If the cluster was closed.
   * @throws What the work throws.
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
   * Distributes shards among the nodes that share them, as evenly as their number allows. Each shard is worked on by one
   * node at a time. When nodes come or go, only as many shards move as an even distribution needs.
   *
   * @param name As that of {@link Cluster.lead}. Nodes that give another number of shards share another set of them.
   * @param shards 1 to 1,024.
   * @param work Called for each shard that is assigned to this node. It ends when its signal is aborted: then the shard
   * moves. If it returns earlier, the shard stays, and nothing runs. If it throws, the error goes to `onError`, and it is
   * called again a heartbeat later.
   * @throws {InvalidArgumentError} If an argument is not valid, or this node already shares under the name and number.
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
   * Leaves: aborts all work, waits until it has ended, and gives back what this node owns, so that others take over at
   * once. If the storage does not answer, it resolves when the session has expired.
   */
  close(): Promise<void>;
}

/** One node of a cluster. */
export interface ClusterMember {
  /** The name that it joined with. */
  readonly name: string;
  /** Identifies one life of a node: another one each time that it joins, or joins again. */
  readonly session: string;
  /** What it takes part in. */
  readonly services: readonly string[];
}

/** One period during which a node owns a leadership or a shard. */
export interface Term {
  /**
   * The fencing token: greater than that of every owner before. A storage or service that remembers the greatest one it
   * has seen can refuse a process that was replaced and does not know it yet.
   */
  readonly term: number;
  /** Aborted when the ownership is lost, or when the work is to move to another node, which waits until it has ended. */
  readonly signal: AbortSignal;
  /**
   * Whether it is owned right now, by the clock. After a pause of the process it is `false` before `signal` is aborted:
   * check it before each step that must not be done twice.
   */
  readonly held: boolean;
}

/** How to lead. */
export interface LeadOptions {
  /** Gives the leadership up, or stops waiting for it. */
  readonly signal?: AbortSignal | undefined;
}

/** The shards of one name, as one node takes part in them. */
export interface Shares extends AsyncDisposable {
  /** The shards that this node owns, in order. */
  readonly owned: readonly number[];
  /** Aborts the work of all shards, waits until it has ended, and gives them back. */
  close(): Promise<void>;
}
