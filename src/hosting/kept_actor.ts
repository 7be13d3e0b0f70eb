import { isAetherError } from "../errors/is_aether_error.ts";
import { ActorState } from "../state/actor_state.ts";
import type { AnyEvolver } from "../state/apply_event.ts";
import { freezeWithCollections } from "../state/freeze_plain.ts";
import { StateLoader, unknownOf } from "../state/state_loader.ts";
import type { StateSource } from "../state/state_source.ts";
import type { EventStore } from "../store/event_store.ts";
import { FifoMutex } from "./fifo_mutex.ts";

/** The values that all kept actors of a host share. */
export interface KeptActorContext<S> {
  readonly store: EventStore;
  readonly evolver: AnyEvolver<S>;
  /** Called when an actor is loaded, or events of other writers are read. */
  readonly onRead: (kind: "load" | "refresh") => void;
}

/** An actor whose state stays in memory between commands. It executes one command at a time. */
export class KeptActor<S> {
  readonly id: string;
  /** Held while a command is executed. */
  readonly mutex: FifoMutex = new FifoMutex();
  /** The time of its last use, by the clock of its host. */
  usedAt = 0;
  readonly #context: KeptActorContext<S>;
  #state: ActorState<S> | undefined;

  constructor(id: string, context: KeptActorContext<S>) {
    this.id = id;
    this.#context = context;
  }

  /** Whether no command is executed or waits. */
  get isIdle(): boolean {
    return !this.mutex.isHeld;
  }

  /** Makes the state source of one command. The caller holds the mutex. */
  source(): KeptSource<S> {
    return new KeptSource(this);
  }

  /** The state, if it is in memory. */
  get state(): ActorState<S> | undefined {
    return this.#state;
  }

  /** Drops the state. */
  discard(): void {
    this.#state = undefined;
  }

  /** Loads the actor. */
  async load(signal: AbortSignal | undefined): Promise<ActorState<S>> {
    const { store, evolver, onRead } = this.#context;
    onRead("load");
    this.#state = undefined;
    const loader = new StateLoader(store, evolver, this.id, { signal }, undefined, true);
    return this.#state = new ActorState(evolver, await loader.run(), loader.snapshots, freezeWithCollections);
  }

  /** Reads the events that other writers have appended. Loads the actor if the state belongs to another history. */
  async refresh(state: ActorState<S>, signal: AbortSignal | undefined): Promise<ActorState<S>> {
    const { store, evolver, onRead } = this.#context;
    onRead("refresh");
    const last = state.recent?.last;
    let isSame = last === undefined;
    try {
      const from = last?.version ?? state.version + 1;
      for await (const event of store.read(this.id, { from, unknown: unknownOf(evolver), signal })) {
        if (event.version > state.version) state.advance([event]);
        else isSame = event.position === last!.position && event.commitId === last!.commitId;
        if (!isSame) break;
      }
    } catch (error) {
      this.discard();
      if (!isAetherError(error, "events-expired")) throw error;
      isSame = false;
    }
    return isSame ? state : await this.load(signal);
  }
}

/** Provides the state of a kept actor to one command. */
class KeptSource<S> implements StateSource<S> {
  readonly #actor: KeptActor<S>;
  #isFresh = false;
  #isExpired = false;

  constructor(actor: KeptActor<S>) {
    this.#actor = actor;
  }

  get isFresh(): boolean {
    return this.#isFresh;
  }

  get(commitId: string | undefined, signal: AbortSignal | undefined): ActorState<S> | Promise<ActorState<S>> {
    const kept = this.#actor.state;
    if (kept === undefined || this.#isExpired) return this.#read(kept, commitId, signal);
    kept.recent?.setWantedId(commitId);
    return kept;
  }

  expire(): void {
    this.#isExpired = true;
  }

  discard(): void {
    this.#actor.discard();
  }

  async #read(
    kept: ActorState<S> | undefined,
    commitId: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<ActorState<S>> {
    const state = kept === undefined ? await this.#actor.load(signal) : await this.#actor.refresh(kept, signal);
    this.#isFresh = true;
    this.#isExpired = false;
    state.recent?.setWantedId(commitId);
    return state;
  }
}
