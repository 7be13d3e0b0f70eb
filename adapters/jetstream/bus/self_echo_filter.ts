/**
 * Keeps a backend from delivering its own commits twice: the core delivers them once they are acknowledged, and the
 * server republishes them too. The filter also keeps commits of other backends in the order of versions.
 *
 * The acknowledgement contains the sequence of the own commit. While an append to an actor is in flight, republished
 * commits of that actor are held. When the append has ended, the filter delivers the commits before the own commit, and
 * drops the copy of the own commit. It delivers later commits after the core has delivered the own commit.
 *
 * For an append that failed, or that repeats an earlier append, the filter drops nothing, because the core does not
 * deliver its commit.
 *
 * @module
 */
import type { AppendOutcome } from "../../../adapter.ts";
import { LruCache } from "../util/lru_cache.ts";

/**
 * Maximum number of actors whose last own commit is remembered: about 150 bytes each. If an actor is no longer
 * remembered when the server's copy arrives, the commit is delivered twice.
 */
const MAX_ACTORS = 20_000;
/** Maximum number of held commits of one actor. Further commits are lost. */
const MAX_HELD = 1_000;

/** A republished commit that waits. */
interface Held {
  readonly sequence: number;
  readonly deliver: () => void;
}

/** No held commits. It is shared, and never changed. */
const NONE: Held[] = [];

/** An actor with an append in flight. */
export interface BusyActor {
  readonly key: string;
  /** The number of appends in flight. */
  appends: number;
  /** In the order of their sequences. */
  held: Held[];
  /**
   * The number of held commits that had arrived when the last append in flight ended. They are released even if another
   * append has begun since.
   */
  due: number;
}

/** See the top of this file. */
export class SelfEchoFilter {
  readonly #busy: Map<string, BusyActor> = new Map();
  /** The keys of the actors whose held commits are released in the next turn of the event loop. */
  readonly #settled: Set<string> = new Set();
  /** By actor, the sequence of the last commit that the core delivered. */
  readonly #announced: LruCache<string, number> = new LruCache(MAX_ACTORS);
  #listeners = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Registers a listener. Without a listener, appends keep no state. */
  listen(): { end(): void } {
    this.#listeners++;
    return { end: () => this.#listeners-- };
  }

  /** Runs an append to an actor of a log. The caller must not pass the outcome on before this method returns. */
  async whileAppending(log: string, actorId: string, append: () => Promise<AppendOutcome>): Promise<AppendOutcome> {
    const busy = this.begin(log, actorId);
    let outcome: AppendOutcome | undefined;
    try {
      return outcome = await append();
    } finally {
      this.end(busy, outcome);
    }
  }

  /** Records that an append to an actor of a log begins. The caller ends it by {@link SelfEchoFilter.end}. */
  begin(log: string, actorId: string): BusyActor {
    const key = keyOf(log, actorId);
    let busy = this.#busy.get(key);
    if (busy === undefined) this.#busy.set(key, busy = { key, appends: 0, held: NONE, due: 0 });
    busy.appends++;
    return busy;
  }

  /**
   * Delivers a republished commit when it is due; never if the core has delivered it or a later commit of the actor.
   */
  filter(log: string, actorId: string, sequence: number, deliver: () => void): void {
    const key = keyOf(log, actorId);
    const busy = this.#busy.get(key);
    if (busy === undefined) this.#deliver(key, { sequence, deliver });
    else if (busy.held === NONE) busy.held = [{ sequence, deliver }];
    else if (busy.held.length < MAX_HELD) busy.held.push({ sequence, deliver });
  }

  /** Discards the state of a log that was recreated or restored: its sequences are used again. */
  forget(log: string): void {
    this.#announced.deleteAll((key) => key.startsWith(`${log}.`));
  }

  /** Drops all held commits. */
  close(): void {
    clearTimeout(this.#timer);
    this.#busy.clear();
    this.#settled.clear();
  }

  /**
   * Records that an append has ended. The caller calls it before any other code receives the outcome.
   *
   * @param outcome The outcome of the append; `undefined` if it failed.
   */
  end(busy: BusyActor, outcome: AppendOutcome | undefined): void {
    const { key } = busy;
    busy.appends--;
    const isAnnounced = outcome?.ok === true && !outcome.duplicate;
    if (isAnnounced && this.#listeners > 0) {
      const { offset } = outcome;
      if (busy.held !== NONE) this.#deliverBefore(offset, busy);
      this.#announced.set(key, offset);
    }
    busy.due = busy.appends > 0 ? 0 : busy.held.length;
    if (busy.appends > 0) return;
    if (this.#listeners === 0 && busy.held.length === 0) this.#busy.delete(key);
    else this.#releaseSoon(key);
  }

  /** Delivers the held commits before the own commit, and drops the copy of the own commit. */
  #deliverBefore(ownSequence: number, busy: BusyActor): void {
    const before = busy.held.filter(({ sequence }) => sequence < ownSequence);
    busy.held = busy.held.filter(({ sequence }) => sequence > ownSequence);
    for (const held of before) this.#deliver(busy.key, held);
  }

  /**
   * Releases held commits in a later turn of the event loop. By then, the core has delivered the acknowledged commits.
   */
  #releaseSoon(key: string): void {
    this.#settled.add(key);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      const keys = [...this.#settled];
      this.#settled.clear();
      for (const key of keys) this.#release(key);
    }, 0);
  }

  #release(key: string): void {
    const busy = this.#busy.get(key);
    if (busy === undefined) return;
    const isIdle = busy.appends === 0;
    if (isIdle) this.#busy.delete(key);
    for (const held of busy.held.splice(0, isIdle ? Infinity : busy.due)) this.#deliver(key, held);
    busy.due = 0;
  }

  #deliver(key: string, { sequence, deliver }: Held): void {
    if (sequence > (this.#announced.get(key) ?? 0)) deliver();
  }
}

function keyOf(log: string, actorId: string): string {
  return `${log}.${actorId}`;
}
