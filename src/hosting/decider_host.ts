import { AbortError } from "../errors/abort_error.ts";
import { isAetherError } from "../errors/is_aether_error.ts";
import { outcomeForCaller } from "../errors/outcome_for_caller.ts";
import { OutcomeUnknownError } from "../errors/outcome_unknown_error.ts";
import { OverloadedError } from "../errors/overloaded_error.ts";
import type { AnyEvents } from "../events/event_map.ts";
import { eventTypesOf } from "../events/events.ts";
import type { RecordedEvent } from "../events/recorded_event.ts";
import { CloseScope } from "../lifecycle/close_scope.ts";
import type { NamespaceObserver } from "../observer/namespace_observer.ts";
import type { DerivedMetadata } from "../observer/observer.ts";
import type { ExecuteSettings } from "../state/execute_settings.ts";
import type { ExecuteResult } from "../state/options.ts";
import { unknownOf } from "../state/state_loader.ts";
import { partsOfLog } from "../store/log_handle.ts";
import { parseActorId } from "../values/parse_actor_id.ts";
import type { Cluster } from "../cluster/cluster.ts";
import type { ActorHost, HostedOptions, HostedResult, HostStats } from "./actor_host.ts";
import { type HostContext, newCounts } from "./host_context.ts";
import { answerOf, freezeMessage } from "./hosted_answer.ts";
import { announceHost, serviceOf } from "./announce_host.ts";
import { HOSTED_RETRY, toCommandSettings } from "./host_options.ts";
import { OwnedActors } from "./owned_actors.ts";
import { OwnerCalls, type SendOutcome } from "./owner_calls.ts";
import { OwnerTable } from "./owner_table.ts";
import { RequestHandler } from "./request_handler.ts";
import type { SentOptions } from "./request_message.ts";

/** The parts of a host. */
export interface HostParts<S, C> extends Omit<HostContext<S, C>, "retry" | "counts"> {
  /** Makes the pauses between attempts; {@link HOSTED_RETRY} by default. */
  readonly retry?: HostContext<S, C>["retry"];
}

/** Hosts the actors of one decider in one namespace. */
export class DeciderHost<S, C> implements ActorHost<C, AnyEvents, unknown> {
  readonly #context: HostContext<S, C>;
  readonly #actors: OwnedActors<S, C>;
  readonly #scope: CloseScope;
  /** Present in a cluster whose adapter can send requests. */
  readonly #owners: OwnerCalls<S, C> | undefined;
  readonly #announced: AsyncDisposable | undefined;
  /** Removes this host from the operations that end with the store. */
  readonly #leaveStore: (() => void) | undefined;
  /** The settings of a command without options. */
  readonly #defaults: ExecuteSettings;

  constructor(parts: HostParts<S, C>) {
    const { store: { namespace, logHandle }, settings: { name, cluster }, environment, retry = HOSTED_RETRY } = parts;
    const lifetime = partsOfLog(logHandle)?.lifetime;
    lifetime?.check(`host actors as "${name}" in namespace "${namespace}"`);
    this.#context = { ...parts, retry, counts: newCounts() };
    this.#actors = new OwnedActors(this.#context);
    this.#scope = new CloseScope(`the host of "${name}" in namespace "${namespace}"`);
    this.#defaults = this.#toSettings({});
    this.#announced = cluster && announceHost(cluster, namespace, name, () => this.#serve(cluster));
    // The store does not wait for running commands: its close ends their reads and appends.
    this.#leaveStore = lifetime?.register(() => Promise.resolve(this.#actors.close()));
    if (cluster?.calls === undefined) return;
    const table = new OwnerTable(cluster, serviceOf(namespace, name), environment);
    this.#owners = new OwnerCalls(this.#context, cluster.calls, table, cluster.name);
  }

  get stats(): HostStats {
    return Object.freeze({ actors: this.#actors.size, waiting: this.#actors.waiting, ...this.#context.counts });
  }

  async execute(actorId: string, command: C, options?: HostedOptions): Promise<HostedResult<AnyEvents, unknown>> {
    this.#scope.check({ toString: () => `execute a command on "${actorId}"` });
    parseActorId(actorId);
    const settings = options === undefined ? this.#defaults : this.#toSettings(options);
    const { cluster } = this.#context.settings;
    const copy = cluster === undefined ? command : freezeMessage(command, "command") as C;
    this.#scope.enter();
    try {
      const owners = this.#owners;
      return owners?.isOwnedByOtherNode(actorId)
        ? await this.#executeAtOwner(owners, actorId, copy, settings)
        : this.#toResult(await this.#executeLocally(actorId, copy, settings));
    } catch (error) {
      // The commit id of an error may be one that this host has generated.
      throw outcomeForCaller(error, options?.commitId);
    } finally {
      this.#scope.leave();
    }
  }

  close(): Promise<void> {
    const ended = this.#announced?.[Symbol.asyncDispose]();
    return this.#scope.close(async () => {
      await ended;
      this.#actors.close();
      this.#leaveStore?.();
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #toSettings(options: HostedOptions): ExecuteSettings {
    const settings = toCommandSettings(options, this.#context.retry);
    if (this.#context.settings.answer === undefined) return settings;
    return { ...settings, checkState: (state) => void answerOf(this.#context.settings, state as S) };
  }

  /** Answers the requests of other nodes. */
  #serve({ calls }: Cluster): AsyncDisposable {
    if (calls === undefined) return { [Symbol.asyncDispose]: () => Promise.resolve() };
    const { store: { namespace }, settings: { name: service } } = this.#context;
    const handler = new RequestHandler(this.#context, this.#actors, calls);
    return calls.serve({ namespace, service }, async (bytes, session) => {
      this.#scope.enter();
      try {
        return await handler.answer(bytes, session);
      } finally {
        this.#scope.leave();
      }
    });
  }

  /** Sends a command to the owner of its actor. */
  async #executeAtOwner(
    owners: OwnerCalls<S, C>,
    actorId: string,
    command: C,
    settings: ExecuteSettings,
  ): Promise<HostedResult<AnyEvents, unknown>> {
    const { commitId = this.#context.environment.newId() } = settings;
    const outcome = await this.#send(owners, actorId, command, { ...settings, commitId });
    // Without a commit id from the caller, the command is new: a commit with its id is its own, and the search cannot
    // have missed an earlier execution.
    const overrides = settings.commitId === undefined && { duplicate: false, lookbackExhausted: false };
    switch (outcome.kind) {
      case "done": {
        const { version, duplicate, lookbackExhausted, answer } = outcome;
        const events = this.#toCurrent(outcome.events);
        const isAnswered = this.#context.settings.answer !== undefined;
        return { version, events, duplicate, lookbackExhausted, answer: isAnswered ? answer : undefined, ...overrides };
      }
      case "overloaded": {
        const { namespace } = this.#context.store;
        throw new OverloadedError({ namespace, actorId, capacity: outcome.capacity });
      }
      case "own": {
        const { issuedAfter } = outcome;
        const withId = issuedAfter === undefined ? settings : { ...settings, commitId, issuedAfter };
        return { ...this.#toResult(await this.#executeLocally(actorId, command, withId)), ...overrides };
      }
      case "fallback": {
        this.#context.counts.fallbacks++;
        const withId = { ...settings, commitId, issuedAfter: outcome.issuedAfter };
        const execution = this.#executeLocally(actorId, command, withId);
        const result = await (outcome.ownerMayStore ? this.#requireCommit(actorId, withId, execution) : execution);
        return { ...this.#toResult(result), ...overrides };
      }
    }
  }

  /**
   * Waits for the execution of a command that its owner may store, too.
   *
   * @throws {OutcomeUnknownError} If this process has found and stored no commit: the owner may store one later.
   * @throws {VersionConflictError} If the actor has passed the version that the caller expects: the owner cannot store
   * the command either.
   */
  async #requireCommit(
    actorId: string,
    { commitId, expectedVersion }: ExecuteSettings & { readonly commitId: string },
    execution: Promise<ExecuteResult<S>>,
  ): Promise<ExecuteResult<S>> {
    let cause: unknown;
    try {
      const result = await execution;
      if (result.events.length > 0) return result;
    } catch (error) {
      if (isAetherError(error, "outcome-unknown") || hasPassed(error, actorId, expectedVersion)) throw error;
      cause = error;
    }
    const reason = "its owner did not report an outcome, and this process stored no events";
    throw this.#outcomeUnknown(actorId, commitId, reason, cause);
  }

  #outcomeUnknown(actorId: string, commitId: string, reason: string, cause: unknown): OutcomeUnknownError {
    const { namespace } = this.#context.store;
    return new OutcomeUnknownError(
      `Cannot determine whether a command on "${actorId}" in namespace "${namespace}" was executed: ${reason}. ` +
        `Execute the command again with commit id "${commitId}"`,
      { namespace, actorId, commitId },
      cause === undefined ? undefined : { cause },
    );
  }

  /** Converts events of another node, which may have another event map, to the current shapes of this node. */
  #toCurrent(events: readonly RecordedEvent[]): readonly RecordedEvent[] {
    const { store, decider } = this.#context;
    const types = eventTypesOf(store.events);
    return types === undefined ? events : events.map((event) => types.read(event, unknownOf(decider)));
  }

  /** Executes a command on the state in memory. */
  #executeLocally(actorId: string, command: C, settings: ExecuteSettings): Promise<ExecuteResult<S>> {
    return this.#actors.inTurn(
      actorId,
      settings.signal,
      (actor) => this.#actors.execute(actorId, command, settings, actor.source()),
    );
  }

  async #send(
    owners: OwnerCalls<S, C>,
    actorId: string,
    command: C,
    settings: ExecuteSettings & { readonly commitId: string },
  ): Promise<SendOutcome> {
    const { signal } = settings;
    const attempt = `execute a command on "${actorId}"`;
    if (signal?.aborted) throw new AbortError(`Cannot ${attempt}: the signal was aborted`, { cause: signal.reason });
    const { observer } = this.#context.store;
    return observer === undefined
      ? await this.#request(owners, actorId, command, settings, undefined)
      : await this.#requestObserved(observer, owners, actorId, command, settings);
  }

  #requestObserved(
    observer: NamespaceObserver,
    owners: OwnerCalls<S, C>,
    actorId: string,
    command: C,
    settings: ExecuteSettings & { readonly commitId: string },
  ): Promise<SendOutcome> {
    const send = (trace: DerivedMetadata | undefined) => this.#request(owners, actorId, command, settings, trace);
    return observer.run({ name: "request", actorId }, send, () => ({}));
  }

  async #request(
    owners: OwnerCalls<S, C>,
    actorId: string,
    command: C,
    settings: ExecuteSettings & { readonly commitId: string },
    trace: DerivedMetadata | undefined,
  ): Promise<SendOutcome> {
    const { commitId, signal } = settings;
    try {
      return await owners.send({ actorId, command, commitId, options: toSentOptions(settings), signal, trace });
    } catch (cause) {
      if (!signal?.aborted) throw cause;
      throw this.#outcomeUnknown(actorId, commitId, "the signal was aborted before its owner answered", cause);
    }
  }

  #toResult(result: ExecuteResult<S>): HostedResult<AnyEvents, unknown> {
    const { state, version, events, duplicate, lookbackExhausted } = result;
    const answer = answerOf(this.#context.settings, state, events.length > 0);
    return { version, events, duplicate, lookbackExhausted, answer };
  }
}

/** Whether a command failed because its actor has passed the version that the caller expects. */
function hasPassed(error: unknown, actorId: string, expectedVersion: number | undefined): boolean {
  return isAetherError(error, "version-conflict") && error.actorId === actorId && expectedVersion !== undefined &&
    error.expected === expectedVersion && error.actual > expectedVersion;
}

function toSentOptions(
  { expectedVersion, attempts, lookback, refusesExhausted, metadata }: ExecuteSettings,
): SentOptions {
  const onExhausted = refusesExhausted ? "refuse" : "execute";
  return { expectedVersion, attempts, lookback, onExhausted, metadata };
}
