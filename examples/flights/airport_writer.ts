import type { EventMap, EventStore, NewEventOf } from "@flowmade-one/aether";
import { MAX_EVENTS_PER_COMMIT } from "@flowmade-one/aether/limits";

/**
 * Appends to the actors of one namespace as its only writer. The writer keeps the version of each actor, and the store
 * refuses an append at another version.
 */
export class AirportWriter<E extends EventMap> {
  readonly #store: EventStore<E>;
  readonly #onStored: (events: number) => void;
  readonly #versions: Map<string, number> = new Map();

  /** @param onStored Called with the number of events of each stored commit. */
  constructor(store: EventStore<E>, onStored: (events: number) => void) {
    this.#store = store;
    this.#onStored = onStored;
  }

  /** Appends events of an actor, oldest first, in one commit, or in several if they exceed the limit of a commit. */
  async append(actorId: string, events: readonly NewEventOf<E>[]): Promise<void> {
    for (let start = 0; start < events.length; start += MAX_EVENTS_PER_COMMIT) {
      const commit = events.slice(start, start + MAX_EVENTS_PER_COMMIT);
      const expectedVersion = this.#versions.get(actorId) ?? 0;
      const { version } = await this.#store.append(actorId, commit, { expectedVersion });
      this.#versions.set(actorId, version);
      this.#onStored(commit.length);
    }
  }
}
