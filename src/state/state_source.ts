import type { EventStore } from "../store/event_store.ts";
import { ActorState } from "./actor_state.ts";
import type { AnyEvolver } from "./apply_event.ts";
import { StateLoader } from "./state_loader.ts";

/** Provides the state on which a command is decided. An instance serves one command. */
export interface StateSource<S> {
  /**
   * Whether the state includes every event that was acknowledged before the command began. Otherwise, only a successful
   * append proves that the state is the latest one.
   */
  readonly isFresh: boolean;
  /**
   * The state.
   *
   * @param commitId The commit id to search for among the actor's last commits.
   */
  get(commitId: string | undefined, signal: AbortSignal | undefined): ActorState<S> | Promise<ActorState<S>>;
  /** Marks the state as possibly outdated: the next call of `get` reads the events that were appended since. */
  expire(): void;
  /** Marks the state as unusable: the next call of `get` loads the actor. */
  discard(): void;
}

/** Loads the actor for each attempt. */
export class LoadingSource<S> implements StateSource<S> {
  readonly isFresh = true;
  readonly #store: EventStore;
  readonly #evolver: AnyEvolver<S>;
  readonly #actorId: string;

  constructor(store: EventStore, evolver: AnyEvolver<S>, actorId: string) {
    this.#store = store;
    this.#evolver = evolver;
    this.#actorId = actorId;
  }

  async get(commitId: string | undefined, signal: AbortSignal | undefined): Promise<ActorState<S>> {
    const loader = new StateLoader(this.#store, this.#evolver, this.#actorId, { signal }, commitId);
    return new ActorState(this.#evolver, await loader.run(), loader.snapshots);
  }

  expire(): void {}

  discard(): void {}
}
