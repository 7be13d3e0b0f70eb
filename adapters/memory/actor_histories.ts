import type { RecordedEvent } from "../../mod.ts";

/** Up to so many events an array is made anew at its exact size: V8 grows one that is pushed to by 16 places at least. */
const EXACT = 8;

const NONE: readonly RecordedEvent[] = [];

/** The events of each actor, oldest first, and the version of those whose events have all expired. */
export class ActorHistories {
  readonly #histories: Map<string, RecordedEvent[]> = new Map();
  /** Kept for good: a version is never used twice. */
  readonly #expiredVersions: Map<string, number> = new Map();

  /** The events that are left. */
  of(actorId: string): readonly RecordedEvent[] {
    return this.#histories.get(actorId) ?? NONE;
  }

  /** How many events the actor has had. */
  version(actorId: string): number {
    return this.#histories.get(actorId)?.at(-1)?.version ?? this.#expiredVersions.get(actorId) ?? 0;
  }

  /** How many of the actor's events have expired: they are the first ones. */
  expired(actorId: string): number {
    const first = this.#histories.get(actorId)?.[0];
    return first === undefined ? this.version(actorId) : first.version - 1;
  }

  /** Adds events; the array is given away. */
  push(actorId: string, events: RecordedEvent[]): void {
    const history = this.#histories.get(actorId);
    if (history === undefined) this.#histories.set(actorId, events);
    else if (history.length < EXACT) this.#histories.set(actorId, history.concat(events));
    else for (const event of events) history.push(event);
  }

  /** Drops the actor's first event. */
  drop(actorId: string): void {
    const history = this.#histories.get(actorId);
    const first = history?.shift();
    if (history?.length !== 0 || first === undefined) return;
    this.#histories.delete(actorId);
    this.#expiredVersions.set(actorId, first.version);
  }
}
