import type { StoredMessage } from "./stored_message.ts";

/**
 * A received message, or the subject of a flow-control reply. The reply is due once every earlier message was taken.
 */
type Entry = StoredMessage | { readonly flowReply: string };

/** The received messages of a consumer that were not taken yet, in order. */
export class DeliveryBuffer {
  #entries: Entry[] = [];
  /** The number of entries that were taken. */
  #taken = 0;

  get isEmpty(): boolean {
    return this.#taken === this.#entries.length;
  }

  add(message: StoredMessage): void {
    this.#entries.push(message);
  }

  addFlowReply(flowReply: string): void {
    this.#entries.push({ flowReply });
  }

  /**
   * Takes the next messages.
   *
   * @param max The maximum number of messages.
   * @param reply Called for each reply to flow control that is due.
   */
  take(max: number, reply: (subject: string) => void): StoredMessage[] {
    const messages: StoredMessage[] = [];
    while (!this.isEmpty && messages.length < max) {
      const entry = this.#entries[this.#taken++]!;
      if ("flowReply" in entry) reply(entry.flowReply);
      else messages.push(entry);
    }
    if (this.isEmpty) this.clear();
    return messages;
  }

  clear(): void {
    this.#entries = [];
    this.#taken = 0;
  }
}
