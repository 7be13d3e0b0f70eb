import type { ActorRange, Page } from "../../../adapter.ts";
import { EventsExpiredError } from "../../../errors.ts";
import { findLatestCommit } from "./find_latest_commit.ts";
import { findVersion } from "./find_version.ts";
import {
  type CommitHeaders,
  decodeCommitMessage,
  type DecodedCommit,
  type MessageContext,
} from "../wire/commit_message.ts";
import type { LogContext } from "./log_context.ts";
import { findLogState } from "./log_range.ts";
import { actorSubject } from "../wire/names.ts";
import type { RetryBudget } from "../api/retry_budget.ts";
import { retryWhileTransient } from "../streams/retry_while_transient.ts";
import { readMessages } from "./read_messages.ts";
import type { StoredMessage } from "../api/stored_message.ts";
import { FirstEventExpired } from "./first_event_expired.ts";

/** Events that are turned around at once in a reading backwards. */
const WINDOW = 512;

/** One reading of an actor. */
export class ActorReader {
  readonly #log: LogContext;
  readonly #actorId: string;
  readonly #range: ActorRange;
  readonly #signal: AbortSignal | undefined;
  #subject = "";
  #identity = "";
  /** The sequence of the first commit of the log that is left. */
  #first = 1;

  constructor(log: LogContext, actorId: string, range: ActorRange, signal: AbortSignal | undefined) {
    this.#log = log;
    this.#actorId = actorId;
    this.#range = range;
    this.#signal = signal;
  }

  /** Does it: see `Log.readActor`. */
  async *run(): AsyncGenerator<Page, void, void> {
    const { stream, names } = this.#log;
    const budget = this.#budget();
    const facts = await retryWhileTransient(this.#log, budget, (options) => stream.find(options));
    if (facts === undefined) return;
    this.#subject = actorSubject(names, facts.partitions, this.#actorId);
    this.#identity = facts.identity;
    if (facts.retention !== undefined) this.#first = (await findLogState(this.#log, budget))?.first ?? 1;
    if (this.#range.backwards) yield* this.#backwards();
    else yield* this.#forwards();
  }

  async *#forwards(): AsyncGenerator<Page, void, void> {
    const { from, to, limit } = this.#range;
    const mark = this.#log.snapshotSequences.get(this.#subject);
    if (from > 1 && mark?.version === from && mark.sequence >= this.#first) {
      const frames = this.#frames(mark.sequence, undefined, Math.min(limit, to - from + 1));
      const { value: first } = await frames.next();
      if (first !== undefined && holds(first[0]!, from)) return yield* this.#goOn(first, frames, from);
      await frames.return();
    }
    const start = from === 1 ? this.#first : await this.#find(from);
    if (start === undefined) return;
    const frames = this.#frames(start, undefined, Math.min(limit, to - from + 1));
    const { value: first } = await frames.next();
    if (first !== undefined) return yield* this.#goOn(first, frames, from);
    if (start > 1) await this.#find(from); // It may have expired, all of it.
  }

  /**
   * The sequence from which a version is to be read; `undefined` if the actor has not come to it.
   *
   * @throws {EventsExpiredError} If nothing of the actor is left.
   */
  async #find(version: number): Promise<number | undefined> {
    const head = await findLatestCommit(this.#log, this.#actorId, this.#budget());
    if (head === undefined || head.version < version) return undefined;
    if (head.commit === undefined || head.commit.sequence < this.#first) throw this.#expired(head.version + 1);
    return (await this.#search(version, head.commit)).sequence;
  }

  async *#goOn(
    first: DecodedCommit[],
    rest: AsyncIterable<DecodedCommit[]>,
    from: number,
  ): AsyncGenerator<Page, void, void> {
    const { to } = this.#range;
    let next = holds(first[0]!, from) ? first[0]!.firstVersion : from;
    let last: CommitHeaders | undefined;
    let pages = 0;
    for await (const frames of startWith(first, rest)) {
      pages++;
      const page: Page = [];
      for (const frame of frames) {
        if (next > to) break;
        if (frame.firstVersion !== next) {
          if (page.length > 0) yield page;
          throw this.#expired(frame.firstVersion);
        }
        for (const event of frame.events) page.push(event);
        next = frame.lastVersion + 1;
        last = frame;
      }
      if (page.length > 0) yield page;
      if (next > to) return;
    }
    // What one page held was all there was; more may have left meanwhile.
    if (pages > 1) await this.#checkEnd(next);
    // It was the actor's last: who loads an actor and then appends to it need not ask again.
    if (last !== undefined) {
      this.#log.latest.advance(this.#subject, { version: last.lastVersion, sequence: last.sequence });
      this.#log.stream.rememberCommit(last.sequence, last.commitId);
    }
  }

  /** Makes sure that an actor which has a version by now has it in the log: whoever reads to the end has not missed it. */
  async #checkEnd(next: number): Promise<void> {
    const head = await findLatestCommit(this.#log, this.#actorId, this.#budget());
    if (head === undefined || head.version < next) return;
    const { firstVersion } = head.commit === undefined
      ? { firstVersion: Infinity }
      : await this.#search(next, head.commit);
    if (firstVersion > next) throw this.#expired(Math.min(firstVersion, head.version + 1));
  }

  async *#backwards(): AsyncGenerator<Page, void, void> {
    const { from, limit } = this.#range;
    const head = await findLatestCommit(this.#log, this.#actorId, this.#budget());
    let above = head?.commit;
    let to = Math.min(this.#range.to, head?.version ?? 0);
    const isGone = above === undefined || above.sequence < this.#first;
    if (isGone && to >= from) throw this.#expired(head!.version + 1);
    for (let left = limit; above !== undefined && to >= from && left > 0;) {
      const wanted = Math.max(from, to - Math.min(left, WINDOW) + 1);
      const start: CommitHeaders = await this.#search(wanted, above);
      const { page, first } = await this.#upTo(start, to, above);
      left -= page.filter(({ version }) => version <= to).length;
      if (page.length > 0) yield page.reverse();
      if (first > wanted) throw this.#expired(first);
      to = start.firstVersion - 1;
      above = start;
    }
  }

  /** The events of the frames from one on to the one that holds a version; where some are missing, those after them. */
  async #upTo(start: CommitHeaders, to: number, above: CommitHeaders): Promise<{ page: Page; first: number }> {
    let page: Page = [];
    let first = start.firstVersion;
    let next = first;
    if (first > to) return { page, first };
    for await (const frames of this.#frames(start.sequence, above.sequence, to - first + 1)) {
      for (const frame of frames) {
        if (next > to) return { page, first };
        if (frame.firstVersion !== next) {
          page = [];
          first = frame.firstVersion;
        }
        for (const event of frame.events) page.push(event);
        next = frame.lastVersion + 1;
      }
    }
    return { page, first };
  }

  #search(version: number, head: CommitHeaders): Promise<CommitHeaders> {
    return findVersion(this.#log, this.#subject, version, head, this.#budget(), this.#first);
  }

  async *#frames(from: number, until: number | undefined, about: number): AsyncGenerator<DecodedCommit[], void, void> {
    const { names, codecs } = this.#log;
    const context: MessageContext = { names, codecs, identity: this.#identity };
    for await (const messages of this.#scan(from, until, about)) {
      const frames = messages.map((message) => decodeCommitMessage(context, this.#actorId, message, this.#range.from));
      const counting = frames.filter(({ isSuperseded }) => !isSuperseded);
      if (counting.length > 0) yield counting;
    }
  }

  /** Where the rest has left, what came instead is told by its versions, or by nothing. */
  async *#scan(from: number, until: number | undefined, about: number): AsyncGenerator<StoredMessage[], void, void> {
    let reached = from - 1;
    try {
      for await (
        const messages of readMessages(this.#log, { subject: this.#subject, from, until, about }, this.#signal)
      ) {
        reached = messages.at(-1)!.sequence;
        yield messages;
      }
    } catch (error) {
      if (!(error instanceof FirstEventExpired)) throw error;
      const budget = this.#budget();
      const next = await retryWhileTransient(
        this.#log,
        budget,
        (o) => this.#log.gets.next(this.#subject, reached + 1, o),
      );
      if (next !== undefined) return yield [next];
      const head = await findLatestCommit(this.#log, this.#actorId, budget);
      throw this.#expired((head?.version ?? 0) + 1);
    }
  }

  #budget(): RetryBudget {
    return this.#log.api.newBudget(this.#signal);
  }

  #expired(firstAvailable: number): EventsExpiredError {
    return new EventsExpiredError({ namespace: this.#log.names.namespace, actorId: this.#actorId, firstAvailable });
  }
}

function holds({ firstVersion, lastVersion }: CommitHeaders, version: number): boolean {
  return firstVersion <= version && version <= lastVersion;
}

async function* startWith<T>(first: T, rest: AsyncIterable<T>): AsyncGenerator<T, void, void> {
  yield first;
  yield* rest;
}
