/**
 * Keeps a backend from delivering its own commits twice: the core delivers them once they are acknowledged, and the
 * server republishes them too. It also keeps commits of other backends in the order of versions.
 *
 * The acknowledgement has the sequence of the own commit. While an append to an actor is in flight, republished commits
 * of that actor are held. When the append has ended, commits before its own are delivered, and the own one is dropped.
 * The later ones are delivered after the core has delivered the own one.
 *
 * An append that failed, or that repeats an earlier one, drops nothing: the core does not deliver its commit.
 *
 * @module
 */
import type { AppendOutcome } from "../../../adapter.ts";
import { LruCache } from "../util/lru_cache.ts";

/**
 * Number of actors whose last own commit is remembered: about 150 bytes each. A copy that arrives later is delivered
 * twice.
 */
const MAX_ACTORS = 20_000;
/** Maximum number of held commits of one actor; further ones are lost. */
const MAX_HELD = 1_000;

/** An announcement that waits. */
interface Held {
  readonly sequence: number;
  readonly give: () => void;
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
   * The number of held commits that arrived before the last moment without an append in flight: they belong to no later
   * append.
   */
  due: number;
}

/** See the top of this file. */
export class SelfEchoFilter {
  readonly #busy: Map<string, BusyActor> = new Map();
  /** Actors whose last append ended just now: the core has not delivered its commit yet. */
  readonly #settled: Set<string> = new Set();
  /** By actor, the sequence of the last commit that the core delivered. */
  readonly #announced: LruCache<string, number> = new LruCache(MAX_ACTORS);
  #listeners = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Registers a listener. Without a listener, appends leave nothing behind. */
  listen(): { end(): void } {
    this.#listeners++;
    return { end: () => this.#listeners-- };
  }

  /** Runs an append to an actor of a log. It must return before any other code learns the outcome. */
  async whileAppending(log: string, actorId: string, append: () => Promise<AppendOutcome>): Promise<AppendOutcome> {
    const busy = this.begin(log, actorId);
    let outcome: AppendOutcome | undefined;
    try {
      return outcome = await append();
    } finally {
      this.end(busy, outcome);
    }
  }

  /** An append to an actor of a log begins. The caller ends it by {@link SelfEchoFilter.end}. */
  begin(log: string, actorId: string): BusyActor {
    const key = keyOf(log, actorId);
    let busy = this.#busy.get(key);
    if (busy === undefined) this.#busy.set(key, busy = { key, appends: 0, held: NONE, due: 0 });
    busy.appends++;
    return busy;
  }

  /**
   * Delivers a republished commit when it is due; never if it is an own commit, or older than one that was delivered.
   */
  filter(log: string, actorId: string, sequence: number, give: () => void): void {
    const key = keyOf(log, actorId);
    const busy = this.#busy.get(key);
    if (busy === undefined) this.#give(key, { sequence, give });
    else if (busy.held === NONE) busy.held = [{ sequence, give }];
    else if (busy.held.length < MAX_HELD) busy.held.push({ sequence, give });
  }

  /** The log was deleted and created again: its sequences start again. */
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
   * An append has ended. The call comes before any other code learns the outcome.
   *
   * @param outcome Its outcome; `undefined` if it failed.
   */
  end(busy: BusyActor, outcome: AppendOutcome | undefined): void {
    const { key } = busy;
    busy.appends--;
    const isAnnounced = outcome?.ok === true && !outcome.duplicate;
    if (isAnnounced && this.#listeners > 0) {
      const { offset } = outcome;
      if (busy.held !== NONE) this.#giveUntil(offset, busy);
      this.#announced.set(key, offset);
    }
    busy.due = busy.appends > 0 ? 0 : busy.held.length;
    if (busy.appends > 0) return;
    if (this.#listeners === 0 && busy.held.length === 0) this.#busy.delete(key);
    else this.#releaseSoon(key);
  }

  /** Gives the held commits before a sequence, and drops the one at the sequence. */
  #giveUntil(offset: number, busy: BusyActor): void {
    const before = busy.held.filter(({ sequence }) => sequence < offset);
    busy.held = busy.held.filter(({ sequence }) => sequence > offset);
    for (const held of before) this.#give(busy.key, held);
  }

  /** In a later turn of the event loop the core has delivered the commits that were acknowledged in this one. */
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
    for (const held of busy.held.splice(0, isIdle ? Infinity : busy.due)) this.#give(key, held);
    busy.due = 0;
  }

  #give(key: string, { sequence, give }: Held): void {
    if (sequence > (this.#announced.get(key) ?? 0)) give();
  }
}

function keyOf(log: string, actorId: string): string {
  return `${log}.${actorId}`;
}
