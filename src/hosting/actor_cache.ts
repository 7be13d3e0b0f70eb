import type { Environment } from "../coordination/environment.ts";
import { KeptActor, type KeptActorContext } from "./kept_actor.ts";

/** The limits of the actors that stay in memory. */
export interface CacheLimits {
  /** Milliseconds after the last use of an actor until it is dropped. */
  readonly idleAfter: number;
  /** The number of actors above which the least recently used idle actors are dropped. */
  readonly maxActors: number;
}

/** The actors that a host keeps in memory: an LRU cache in which actors also expire when they are idle. */
export class ActorCache<S> {
  readonly #context: KeptActorContext<S>;
  readonly #limits: CacheLimits;
  readonly #environment: Environment;
  /** By actor id, the least recently used first. */
  readonly #actors: Map<string, KeptActor<S>> = new Map();
  /** The last actor of the map; `undefined` after a sweep, which can change the order. */
  #newest: KeptActor<S> | undefined;
  #cancelSweep: (() => void) | undefined;
  #isClosed = false;

  constructor(context: KeptActorContext<S>, limits: CacheLimits, environment: Environment) {
    this.#context = context;
    this.#limits = limits;
    this.#environment = environment;
  }

  /** The number of actors in memory. */
  get size(): number {
    return this.#actors.size;
  }

  /** The number of commands that wait, over all actors. */
  get waiting(): number {
    return [...this.#actors.values()].reduce((sum, { mutex }) => sum + mutex.waiting, 0);
  }

  /** Returns an actor, and marks it as the most recently used one. After {@link ActorCache.close}, it is not kept. */
  use(actorId: string): KeptActor<S> {
    if (this.#isClosed) return new KeptActor(actorId, this.#context);
    const actor = this.#actors.get(actorId) ?? new KeptActor(actorId, this.#context);
    if (actor !== this.#newest) this.#moveToEnd(actor);
    actor.usedAt = this.#environment.now();
    this.#cancelSweep ??= this.#sweepAfter(this.#limits.idleAfter);
    return actor;
  }

  /** Drops all actors, and ends the timer. */
  close(): void {
    this.#isClosed = true;
    this.#cancelSweep?.();
    this.#cancelSweep = undefined;
    this.#actors.clear();
    this.#newest = undefined;
  }

  #moveToEnd(actor: KeptActor<S>): void {
    this.#actors.delete(actor.id);
    this.#actors.set(actor.id, actor);
    this.#newest = actor;
    this.#evict(actor);
  }

  #evict(used: KeptActor<S>): void {
    if (this.#actors.size <= this.#limits.maxActors) return;
    for (const actor of this.#actors.values()) {
      if (!actor.isIdle || actor === used) continue;
      this.#actors.delete(actor.id);
      if (this.#actors.size <= this.#limits.maxActors) return;
    }
  }

  #sweepAfter(milliseconds: number): () => void {
    return this.#environment.schedule(milliseconds, () => {
      this.#cancelSweep = undefined;
      this.#sweep();
    });
  }

  #sweep(): void {
    const now = this.#environment.now();
    this.#newest = undefined;
    for (const actor of [...this.#actors.values()]) {
      if (this.#millisecondsLeft(actor, now) > 0) break;
      this.#actors.delete(actor.id);
      if (actor.isIdle) continue;
      actor.usedAt = now;
      this.#actors.set(actor.id, actor);
    }
    const [oldest] = this.#actors.values();
    if (oldest !== undefined) this.#cancelSweep = this.#sweepAfter(this.#millisecondsLeft(oldest, now));
  }

  /** Milliseconds until an actor is dropped. */
  #millisecondsLeft({ usedAt }: KeptActor<S>, now: number): number {
    return usedAt + this.#limits.idleAfter - now;
  }
}
