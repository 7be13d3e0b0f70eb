import { AbortError } from "../errors/abort_error.ts";
import { OverloadedError } from "../errors/overloaded_error.ts";
import { CommandExecution } from "../state/command_execution.ts";
import type { ExecuteSettings } from "../state/execute_settings.ts";
import type { ExecuteResult } from "../state/options.ts";
import type { StateSource } from "../state/state_source.ts";
import { ActorCache } from "./actor_cache.ts";
import type { HostContext } from "./host_context.ts";
import type { KeptActor } from "./kept_actor.ts";

/** Executes commands on states in memory, one at a time for each actor. */
export class OwnedActors<S, C> {
  readonly #context: HostContext<S, C>;
  readonly #cache: ActorCache<S>;

  constructor(context: HostContext<S, C>) {
    const { store, decider, settings, environment, counts } = context;
    const onRead = (kind: "load" | "refresh") => void (kind === "load" ? counts.loads++ : counts.refreshes++);
    this.#context = context;
    this.#cache = new ActorCache({ store, evolver: decider, onRead }, settings, environment);
  }

  /** Actors in memory. */
  get size(): number {
    return this.#cache.size;
  }

  /** Commands that wait. */
  get waiting(): number {
    return this.#cache.waiting;
  }

  /**
   * Waits until no other command of an actor is running, then runs a function.
   *
   * @throws {OverloadedError} If too many commands wait.
   * @throws {AbortError} If the signal is aborted before the function runs.
   */
  async inTurn<T>(
    actorId: string,
    signal: AbortSignal | undefined,
    run: (actor: KeptActor<S>) => Promise<T>,
  ): Promise<T> {
    const actor = this.#cache.use(actorId);
    if (signal?.aborted || !actor.mutex.tryAcquire()) await this.#wait(actor, signal);
    try {
      return await run(actor);
    } finally {
      actor.mutex.release();
    }
  }

  /** Executes a command. The caller holds the mutex of the actor. */
  execute(
    actorId: string,
    command: C,
    settings: ExecuteSettings,
    source: StateSource<S>,
  ): Promise<ExecuteResult<S>> {
    const { store, decider, counts } = this.#context;
    counts.executed++;
    return new CommandExecution(store, decider, actorId, command, settings, source).run();
  }

  /** Waits until the other commands of an actor are done, and acquires its mutex. */
  #wait({ id: actorId, mutex }: KeptActor<S>, signal: AbortSignal | undefined): Promise<void> {
    const { store: { namespace }, settings: { maxQueue } } = this.#context;
    if (mutex.waiting >= maxQueue) throw new OverloadedError({ namespace, actorId, capacity: maxQueue });
    return mutex.acquire(signal, () => {
      const attempt = `execute a command on "${actorId}"`;
      return new AbortError(`Cannot ${attempt}: the signal was aborted`, { cause: signal?.reason });
    });
  }

  /** Drops all states, and ends the timer. */
  close(): void {
    this.#cache.close();
  }
}
