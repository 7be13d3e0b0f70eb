import { checkOptions } from "../checks/check_options.ts";
import { checkSignalOption } from "../checks/check_signal_option.ts";
import { requireFunction } from "../checks/check_function.ts";
import { requireWholeNumber } from "../checks/check_whole_number.ts";
import { Coordinator } from "../coordination/coordinator.ts";
import type { Environment } from "../coordination/environment.ts";
import { nameOfSession, SESSIONS_PREFIX } from "../coordination/session_record.ts";
import type { Calls } from "../driver/calls.ts";
import type { Records } from "../driver/records.ts";
import { AbortError } from "../errors/abort_error.ts";
import { ClosedError } from "../errors/closed_error.ts";
import { InvalidArgumentError } from "../errors/invalid_argument_error.ts";
import type { ObserverGuard } from "../observer/observer_guard.ts";
import { type BackendHandle, backendHandleOf } from "../lifecycle/backend_handle.ts";
import { CloseScope } from "../lifecycle/close_scope.ts";
import { onAbort } from "../lifecycle/on_abort.ts";
import { ClaimedWork, type WorkContext } from "./claimed_work.ts";
import type { Cluster, ClusterCalls, ClusterMember, LeadOptions, Shares, Term } from "./cluster.ts";
import { type CheckedClusterOptions, checkName, checkService } from "./cluster_options.ts";
import { NodeCalls } from "./node_calls.ts";
import { shardsService, SharedShards } from "./shared_shards.ts";

/** The prefix of claim keys. A hint for such a key triggers a read, if the adapter sends hints. */
const CLAIMS_PREFIX = "claims.";

/** Maximum number of shards in one set: each shard is a record that every node reads. */
const MAX_SHARDS = 1_024;

const LEAD_OPTIONS: ReadonlySet<string> = new Set(["signal"]);

/** The parts of a backend that a node uses. */
export interface ClusterParts {
  readonly records: Records;
  readonly calls?: Calls | undefined;
  readonly environment: Environment;
  /** The lifetime of the backend. When the backend is closed, the node is closed too. */
  readonly backend: CloseScope;
  /** Called with errors of the application's work. Must not throw. */
  readonly report: (error: unknown) => void;
  /**
   * Called with the first storage failure of each outage, and if a live node has the name of this node. Must not throw.
   */
  readonly reportSession: (error: unknown) => void;
  /** Absent if the backend has no observer. */
  readonly observer?: ObserverGuard | undefined;
}

/** One node of a cluster. It implements leaders and shards by the sessions and claims of a {@link Coordinator}. */
export class ClusterNode implements Cluster {
  readonly name: string;
  readonly backendHandle: BackendHandle;
  readonly coordinator: Coordinator;
  readonly #calls: NodeCalls | undefined;
  readonly #context: WorkContext;
  readonly #heartbeat: number;
  readonly #scope: CloseScope;
  readonly #leaveBackend: () => void;
  readonly #listeners: Set<() => void> = new Set();
  /** The keys of the leaderships and sets of shards in use by this node. Each can be used once at a time. */
  readonly #reserved: Set<string> = new Set();
  /** Functions that end the pending calls of `lead` when the cluster is closed. */
  readonly #pendingLeads: Set<() => void> = new Set();
  #members: readonly ClusterMember[] | undefined;

  constructor(options: CheckedClusterOptions, parts: ClusterParts) {
    const { records, calls, environment, backend, report, reportSession, observer } = parts;
    const { name, heartbeat, ttl } = options;
    this.name = name;
    this.backendHandle = backendHandleOf(backend);
    this.#heartbeat = heartbeat;
    this.#scope = new CloseScope(`the cluster node "${name}"`, backend);
    this.coordinator = new Coordinator(
      records,
      {
        name,
        heartbeat,
        ttl,
        waitsInNewStorage: true,
        hints: [CLAIMS_PREFIX],
        onNameTaken: () => reportSession(nameTakenError(name)),
        onError: reportSession,
      },
      environment,
    );
    this.#calls = calls && new NodeCalls(calls, this.coordinator, reportSession);
    // Distinguishes the measurements of several nodes in one process.
    const source = Object.freeze({});
    this.#context = {
      coordinator: this.coordinator,
      environment,
      endTimeout: ttl,
      report,
      observer,
      measure: (name, value, group) => observer?.measure({ name, value, group, source }),
    };
    this.coordinator.onMembersChanged(() => this.#onMembersChanged());
    this.#leaveBackend = backend.register(() => this.close());
  }

  get calls(): ClusterCalls | undefined {
    return this.#calls;
  }

  get session(): string | undefined {
    const { session, isValid } = this.coordinator;
    return isValid ? session.slice(SESSIONS_PREFIX.length) : undefined;
  }

  get members(): readonly ClusterMember[] {
    return this.#members ??= Object.freeze([...this.coordinator.members].map(([key, { services }]) =>
      Object.freeze({
        name: nameOfSession(key),
        session: key.slice(SESSIONS_PREFIX.length),
        services: Object.freeze([...services]),
      })
    ));
  }

  onChange(listener: () => void): Disposable {
    requireFunction(listener, "listener");
    // A new function for each call, so that the same listener can be added several times.
    const call = () => listener();
    this.#listeners.add(call);
    return { [Symbol.dispose]: () => void this.#listeners.delete(call) };
  }

  offer(service: string): Disposable {
    checkService(service);
    this.#scope.check(`offer "${service}"`);
    return this.coordinator.offer(service);
  }

  async lead<T>(name: string, work: (term: Term) => T | Promise<T>, options: LeadOptions = {}): Promise<T> {
    checkName(name, "name");
    requireFunction(work, "work");
    checkOptions(options, LEAD_OPTIONS, "lead");
    const { signal } = options;
    checkSignalOption(signal);
    const attempt = `lead "${name}"`;
    this.#scope.check(attempt);
    const aborted = () => new AbortError(`Cannot ${attempt}: the signal was aborted`, { cause: signal?.reason });
    if (signal?.aborted) throw aborted();
    const key = `${CLAIMS_PREFIX}leaders.${name}`;
    this.#reserve(key, attempt);
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    let isStopped = false;
    const claimed = new ClaimedWork({
      key,
      title: `the leader "${name}"`,
      operation: { name: "lead", group: name },
      isWanted: () => !isStopped,
      run: (term) => {
        this.#context.measure("cluster.term", term.term, name);
        return work(term);
      },
      ended: ({ endedByItself, result, failure }) => {
        this.#context.measure("cluster.term", 0, name);
        if (!endedByItself && !isStopped) return "next-term";
        if (!endedByItself) return "withdraw";
        if (failure === undefined) resolve(result as T);
        else reject(failure.error);
        return "withdraw";
      },
    }, this.#context);
    const stop = (error: () => Error) => {
      isStopped = true;
      this.coordinator.withdraw(claimed);
      void claimed.settled.then(() => reject(error()));
    };
    const closed = () => stop(() => new ClosedError(`Cannot ${attempt} any further: the cluster was closed`));
    this.#pendingLeads.add(closed);
    const release = onAbort(signal, () => stop(aborted));
    this.coordinator.add(claimed);
    try {
      return await promise;
    } finally {
      release();
      this.#pendingLeads.delete(closed);
      this.#reserved.delete(key);
    }
  }

  share(name: string, shards: number, work: (shard: number, term: Term) => unknown): Shares {
    checkName(name, "name");
    requireWholeNumber(shards, "shards", 1, MAX_SHARDS);
    requireFunction(work, "work");
    const attempt = `share "${name}"`;
    this.#scope.check(attempt);
    const service = shardsService({ name, count: shards });
    this.#reserve(service, attempt);
    const definition = {
      name,
      count: shards,
      work,
      backoff: this.#heartbeat,
      onClose: () => this.#reserved.delete(service),
    };
    try {
      return new SharedShards(definition, this.#context);
    } catch (error) {
      this.#reserved.delete(service);
      throw error;
    }
  }

  close(): Promise<void> {
    return this.#scope.close(async () => {
      for (const endLead of [...this.#pendingLeads]) endLead();
      await this.coordinator.leave();
      this.#calls?.close();
      this.#context.measure("cluster.members", 0);
      this.#leaveBackend();
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #reserve(key: string, attempt: string): void {
    if (this.#reserved.has(key)) {
      throw new InvalidArgumentError(`Cannot ${attempt}: this node already does so under that name. Use another name`, {
        argument: "name",
      });
    }
    this.#reserved.add(key);
  }

  #onMembersChanged(): void {
    this.#members = undefined;
    this.#context.measure("cluster.members", this.coordinator.members.size);
    if (this.#listeners.size === 0) return;
    queueMicrotask(() => {
      for (const listener of [...this.#listeners]) {
        try {
          listener();
        } catch (error) {
          this.#context.report(error);
        }
      }
    });
  }
}

function nameTakenError(name: string): InvalidArgumentError {
  const message = `Cannot join the cluster: a live node has the name "${name}". Give each node its own name`;
  return new InvalidArgumentError(message, { argument: "name" });
}
