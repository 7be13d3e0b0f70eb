import type { PublishedEvent } from "../../../mod.ts";
import { Buffer } from "node:buffer";
import { toUserError } from "../database/to_user_error.ts";
import { Write } from "../database/write_queue.ts";
import { type BusEvents, MAX_DELETED_BYTES, stringifyPublished } from "./bus_events.ts";
import type { BusSessions } from "./bus_sessions.ts";

/** Approximate bytes of a row without its body. */
const ROW_BYTES = 300;

/** The attempt to send a published event to the other backends, for errors. */
export function publishing(actorId: string): string {
  return `publish an event of "${actorId}" to other processes`;
}

/** Sends a published event to the other backends. */
export class PublishWrite extends Write {
  readonly bytes: number;
  readonly isDurable = false;
  readonly #events: BusEvents;
  readonly #event: PublishedEvent;
  readonly #body: string;
  readonly #report: (error: Error) => void;

  /** @param report Called if the event was not sent. */
  constructor(events: BusEvents, event: PublishedEvent, report: (error: Error) => void) {
    super();
    this.#events = events;
    this.#event = event;
    this.#body = stringifyPublished(event);
    this.#report = report;
    this.bytes = Buffer.byteLength(this.#body) + ROW_BYTES;
  }

  override apply(): void {
    this.#events.sendPublished(this.#event, this.#body);
  }

  override committed(): void {}

  override failed(error: unknown): void {
    const { actorId, namespace } = this.#event;
    this.#report(toUserError(publishing(actorId), namespace, error) as Error);
  }
}

/** Adds or removes the session of this backend, which receives bus events. */
export class SessionWrite extends Write {
  readonly bytes = ROW_BYTES;
  readonly isDurable = false;
  readonly #sessions: BusSessions;
  readonly #isListening: () => boolean;
  readonly #onDead: () => void;
  /** The result of the heartbeat; `undefined` if the session was removed. */
  #wasDead: boolean | undefined;

  /**
   * @param isListening Whether this backend receives bus events at the time of the transaction.
   * @param onDead Called after the transaction if the session was dead before.
   */
  constructor(sessions: BusSessions, isListening: () => boolean, onDead: () => void) {
    super();
    this.#sessions = sessions;
    this.#isListening = isListening;
    this.#onDead = onDead;
  }

  override apply(): void {
    this.#wasDead = this.#isListening() ? this.#sessions.touch() : undefined;
    if (this.#wasDead === undefined) this.#sessions.remove();
  }

  override committed(): void {
    if (this.#wasDead !== undefined) this.#sessions.confirm();
    if (this.#wasDead) this.#onDead();
  }

  /** The next heartbeat repeats the write. */
  override failed(): void {}
}

/** Deletes bus events. No caller waits for the write. After a failure, the next deletion repeats it. */
export class DeletionWrite extends Write {
  /** This bounds the number of deletions in a transaction. */
  readonly bytes = MAX_DELETED_BYTES;
  readonly isDurable = false;
  readonly #deleteSome: () => boolean;
  readonly #continueLater: () => void;
  #hasMore = false;

  /**
   * @param deleteSome Deletes as much as one transaction may delete. Returns whether more must be deleted.
   * @param continueLater Called after the transaction if more must be deleted.
   */
  constructor(deleteSome: () => boolean, continueLater: () => void) {
    super();
    this.#deleteSome = deleteSome;
    this.#continueLater = continueLater;
  }

  override apply(): void {
    this.#hasMore = this.#deleteSome();
  }

  override committed(): void {
    if (this.#hasMore) this.#continueLater();
  }

  override failed(): void {}
}
