import type { RecordedEvent } from "../../mod.ts";
import { NumberedList } from "./numbered_list.ts";

/** An actor of the log. It is kept even after all of its events have expired, because its version is permanent. */
interface IndexedActor {
  version: number;
  /** The number of the actor's latest event in the log. */
  latest: number;
  /** The actor's events up to the last read, numbered by their versions; `undefined` before the first read. */
  history: NumberedList<RecordedEvent> | undefined;
}

/**
 * Finds the events of each actor in the array of all events of the log.
 *
 * An append writes numbers only: for each event, the number of the previous event of the same actor. To extend an array
 * per actor in each append would cost allocations and garbage collection. The first read of an actor creates its array,
 * and later reads extend it. A read returns a slice of the array.
 */
export class ActorIndex {
  readonly #events: NumberedList<RecordedEvent>;
  /** For each event of the log, the number of the previous event of the same actor; 0 for the first. */
  readonly #previous: NumberedList<number> = new NumberedList();
  readonly #actors: Map<string, IndexedActor> = new Map();

  /** @param events All events of the log, numbered from 1. */
  constructor(events: NumberedList<RecordedEvent>) {
    this.#events = events;
  }

  /** The actor with an id; `undefined` if the actor has never had an event. */
  find(actorId: string): Readonly<IndexedActor> | undefined {
    return this.#actors.get(actorId);
  }

  /**
   * Adds the last `count` events of the log, which are of one actor.
   *
   * @param found The result of {@link ActorIndex.find}. The caller has it already, so that the actor is looked up once.
   */
  add(actorId: string, found: Readonly<IndexedActor> | undefined, count: number): void {
    let actor: IndexedActor | undefined = found;
    if (actor === undefined) {
      actor = { version: 0, latest: 0, history: undefined };
      this.#actors.set(actorId, actor);
    }
    actor.version += count;
    for (let i = 0; i < count; i++) {
      this.#previous.push(actor.latest);
      actor.latest = this.#previous.last;
    }
  }

  /** Removes the oldest event of the log. Call it after the event was dropped from the log. */
  drop({ actorId, version }: RecordedEvent): void {
    this.#previous.drop();
    const actor = this.#actors.get(actorId)!;
    const { history } = actor;
    if (history === undefined) return;
    if (history.last < version) actor.history = undefined;
    else history.drop();
  }

  /** The events of an actor, numbered by their versions; `undefined` if the actor has never had an event. */
  historyOf(actorId: string): NumberedList<RecordedEvent> | undefined {
    const actor = this.#actors.get(actorId);
    if (actor === undefined) return undefined;
    if (actor.history === undefined || actor.history.last < actor.version) this.#extendHistory(actor);
    return actor.history;
  }

  /** Adds the events since the last read, which it finds backwards from the latest event. */
  #extendHistory(actor: IndexedActor): void {
    const events = this.#events;
    const known = actor.history?.last ?? 0;
    const missing: RecordedEvent[] = [];
    for (let number = actor.latest; number > events.dropped; number = this.#previous.at(number)!) {
      const event = events.at(number)!;
      if (event.version <= known) break;
      missing.push(event);
    }
    actor.history ??= new NumberedList(actor.version - missing.length);
    for (let i = missing.length - 1; i >= 0; i--) actor.history.push(missing[i]!);
  }
}
