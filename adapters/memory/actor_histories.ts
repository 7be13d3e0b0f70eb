import type { RecordedEvent } from "../../mod.ts";
import { NumberedList } from "./numbered_list.ts";

/** The events of each actor, numbered by their versions. */
export class ActorHistories {
  readonly #histories: Map<string, NumberedList<RecordedEvent>> = new Map();

  /** An actor's events. Present even if all of them have expired, because the version is kept for good. */
  of(actorId: string): NumberedList<RecordedEvent> | undefined {
    return this.#histories.get(actorId);
  }

  push(actorId: string, events: readonly RecordedEvent[]): void {
    let history = this.#histories.get(actorId);
    if (history === undefined) this.#histories.set(actorId, history = new NumberedList());
    for (const event of events) history.push(event);
  }
}
