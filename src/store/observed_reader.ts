import type { RecordedEvent } from "../events/recorded_event.ts";
import { freezeClass } from "../base/freeze_class.ts";
import type { NamespaceObserver } from "../observer/namespace_observer.ts";
import type { EventReader } from "./event_store.ts";

/** Reports the use of a reader to the backend's observer, as a `"read"` operation. */
export class ObservedReader implements EventReader<RecordedEvent> {
  readonly #reader: EventReader<RecordedEvent>;
  readonly #observer: NamespaceObserver;
  readonly #actorId: string | undefined;

  /** @param actorId The actor that is read; absent for a read of the log. */
  constructor(reader: EventReader<RecordedEvent>, observer: NamespaceObserver, actorId?: string) {
    this.#reader = reader;
    this.#observer = observer;
    this.#actorId = actorId;
  }

  toArray(): Promise<RecordedEvent[]> {
    const facts = { name: "read", actorId: this.#actorId } as const;
    return this.#observer.run(facts, () => this.#reader.toArray(), ({ length }) => ({ events: length }));
  }

  [Symbol.asyncIterator](): AsyncIterator<RecordedEvent, void, void> {
    const events = this.#reader[Symbol.asyncIterator]();
    return this.#observer.iterate({ name: "read", actorId: this.#actorId }, events);
  }
}

freezeClass(ObservedReader);
