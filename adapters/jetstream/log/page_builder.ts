import type { Page } from "../../../adapter.ts";
import { EventsExpiredError } from "../../../mod.ts";
import { decodeCommitMessage } from "../wire/commit_message.ts";
import { eventsExpiredError } from "./log_range.ts";
import type { LogContext } from "./log_context.ts";
import { RetryBudget } from "../api/retry_budget.ts";
import { retryWhileTransient } from "../streams/retry_while_transient.ts";
import type { StoredMessage } from "../api/stored_message.ts";

/** Makes pages of a log's messages, and watches that none of these is missing. */
export class PageBuilder {
  readonly #log: LogContext;
  readonly #partitions: number;
  readonly #isWhole: boolean;
  #next: number;

  /** @param isWhole Whether the messages are all of the log from `next` on, so that a missing one has expired. */
  constructor(log: LogContext, partitions: number, next: number, isWhole: boolean) {
    this.#log = log;
    this.#partitions = partitions;
    this.#isWhole = isWhole;
    this.#next = next;
  }

  /**
   * Before the pages of messages of some actors: makes sure that what is between them and those before was of others,
   * and has not left the log.
   *
   * @throws {EventsExpiredError} It may have.
   */
  async checkGap([first]: readonly StoredMessage[], signal: AbortSignal | undefined): Promise<void> {
    const { stream, api } = this.#log;
    if (this.#isWhole || first === undefined || first.sequence === this.#next) return;
    if (stream.cached !== undefined && stream.cached.retention === undefined) return;
    const budget = new RetryBudget(api.timeout, signal);
    const info = await retryWhileTransient(this.#log, budget, (options) => stream.info({}, options));
    if (info !== undefined && info.state.first_seq <= this.#next) return;
    throw await eventsExpiredError(this.#log, this.#partitions, first.sequence, budget);
  }

  /** The events of messages; where one is missing or unreadable, that is thrown after what comes before it. */
  *pages(messages: readonly StoredMessage[]): Generator<Page, void, void> {
    const page: Page = [];
    try {
      for (const message of messages) this.#add(message, page);
    } catch (error) {
      if (page.length > 0) yield page;
      throw error;
    }
    if (page.length > 0) yield page;
  }

  #add(message: StoredMessage, page: Page): void {
    const { names, actorIds: actors } = this.#log;
    const actorId = actors.of(this.#partitions, message.subject);
    const { events, sequence } = decodeCommitMessage(this.#log, actorId, message);
    if (this.#isWhole && sequence !== this.#next) {
      throw new EventsExpiredError({ namespace: names.namespace, firstAvailable: events[0]?.position });
    }
    this.#next = sequence + 1;
    for (const event of events) page.push(event);
  }

  /** The sequence after the last message. */
  get next(): number {
    return this.#next;
  }
}
