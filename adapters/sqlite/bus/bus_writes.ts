import type { PublishedEvent } from "../../../mod.ts";
import { toUserError } from "../database/to_user_error.ts";
import { Write } from "../database/write_queue.ts";
import type { BusEvents } from "./bus_events.ts";
import type { BusSessions } from "./bus_sessions.ts";

/** Approximate bytes of a row without the data of its event. */
const ROW_BYTES = 300;

/** Sends a published event to the other backends. */
export class PublishWrite extends Write {
  readonly bytes = ROW_BYTES;
  readonly isDurable = false;
  readonly #events: BusEvents;
  readonly #event: PublishedEvent;
  readonly #report: (error: Error) => void;

  /** @param report Called if the event was not sent. */
  constructor(events: BusEvents, event: PublishedEvent, report: (error: Error) => void) {
    super();
    this.#events = events;
    this.#event = event;
    this.#report = report;
  }

  override apply(): void {
    this.#events.sendPublished(this.#event);
  }

  override committed(): void {}

  override failed(error: unknown): void {
    const { actorId, namespace } = this.#event;
    this.#report(toUserError(`publish an event of "${actorId}" to other processes`, namespace, error) as Error);
  }
}

/** Adds or removes the session of this backend, which receives bus events. */
export class SessionWrite extends Write {
  readonly bytes = ROW_BYTES;
  readonly isDurable = false;
  readonly #sessions: BusSessions;
  readonly #isListening: () => boolean;

  /** @param isListening Whether this backend receives bus events at the time of the transaction. */
  constructor(sessions: BusSessions, isListening: () => boolean) {
    super();
    this.#sessions = sessions;
    this.#isListening = isListening;
  }

  override apply(): void {
    if (this.#isListening()) this.#sessions.touch();
    else this.#sessions.remove();
  }

  override committed(): void {}

  /** The next heartbeat repeats the write. */
  override failed(): void {}
}
