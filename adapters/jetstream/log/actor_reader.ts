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
import { findLogState } from "./log_state.ts";
import { actorSubject } from "../wire/names.ts";
import type { RetryBudget } from "../api/retry_budget.ts";
import { retryWhileTransient } from "../streams/retry_while_transient.ts";
import { readMessages } from "./read_messages.ts";
import type { StoredMessage } from "../api/stored_message.ts";
import { PurgedDuringRead } from "./purged_during_read.ts";

/** The maximum number of events that a backwards read reverses at once. */
const MAX_REVERSED_EVENTS = 512;

/** One read of an actor. */
export class ActorReader {
  readonly #log: LogContext;
  readonly #actorId: string;
  readonly #range: ActorRange;
  readonly #signal: AbortSignal | undefined;
  #subject = "";
  #identity = "";
  /** The sequence of the first commit of the log that has not expired. */
  #first = 1;

  constructor(log: LogContext, actorId: string, range: ActorRange, signal: AbortSignal | undefined) {
    this.#log = log;
    this.#actorId = actorId;
    this.#range = range;
    this.#signal = signal;
  }

  /** Reads the events: see `Log.readActor`. */
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
    const snapshot = this.#log.snapshotSequences.get(this.#subject);
    if (from > 1 && snapshot?.version === from && snapshot.sequence >= this.#first) {
      const commits = this.#commits(snapshot.sequence, undefined, Math.min(limit, to - from + 1));
      const { value: first } = await commits.next();
      if (first !== undefined && hasVersion(first[0]!, from)) return yield* this.#continueFrom(first, commits, from);
      await commits.return();
    }
    const start = from === 1 ? this.#first : await this.#sequenceOf(from);
    if (start === undefined) return;
    const commits = this.#commits(start, undefined, Math.min(limit, to - from + 1));
    const { value: first } = await commits.next();
    if (first !== undefined) return yield* this.#continueFrom(first, commits, from);
    // The actor has no events, or all its commits have expired. If they have expired, this call throws.
    if (start > 1) await this.#sequenceOf(from);
  }

  /**
   * The sequence of the commit with a version; `undefined` if the actor has no such version.
   *
   * @throws {EventsExpiredError} If no commit of the actor is left.
   */
  async #sequenceOf(version: number): Promise<number | undefined> {
    const latest = await findLatestCommit(this.#log, this.#actorId, this.#budget());
    if (latest === undefined || latest.version < version) return undefined;
    if (latest.commit === undefined || latest.commit.sequence < this.#first) throw this.#expired(latest.version + 1);
    return (await this.#search(version, latest.commit)).sequence;
  }

  async *#continueFrom(
    first: DecodedCommit[],
    rest: AsyncIterable<DecodedCommit[]>,
    from: number,
  ): AsyncGenerator<Page, void, void> {
    const { to } = this.#range;
    let next = hasVersion(first[0]!, from) ? first[0]!.firstVersion : from;
    let last: CommitHeaders | undefined;
    let pages = 0;
    for await (const commits of startWith(first, rest)) {
      pages++;
      const page: Page = [];
      for (const commit of commits) {
        if (next > to) break;
        if (commit.firstVersion !== next) {
          if (page.length > 0) yield page;
          throw this.#expired(commit.firstVersion);
        }
        for (const event of commit.events) page.push(event);
        next = commit.lastVersion + 1;
        last = commit;
      }
      if (page.length > 0) yield page;
      if (next > to) return;
    }
    // A single page is complete. Between pages, commits may have been purged.
    if (pages > 1) await this.#checkEnd(next);
    // The latest commit is known now: an append after a load of the actor needs no request for it.
    if (last !== undefined) {
      this.#log.latest.advance(this.#subject, { version: last.lastVersion, sequence: last.sequence });
      this.#log.stream.rememberCommit(last.sequence, last.commitId);
    }
  }

  /** Checks at the end of a read that no commit after the last read version was purged. */
  async #checkEnd(next: number): Promise<void> {
    const latest = await findLatestCommit(this.#log, this.#actorId, this.#budget());
    if (latest === undefined || latest.version < next) return;
    const { firstVersion } = latest.commit === undefined
      ? { firstVersion: Infinity }
      : await this.#search(next, latest.commit);
    if (firstVersion > next) throw this.#expired(Math.min(firstVersion, latest.version + 1));
  }

  async *#backwards(): AsyncGenerator<Page, void, void> {
    const { from, limit } = this.#range;
    const latest = await findLatestCommit(this.#log, this.#actorId, this.#budget());
    let above = latest?.commit;
    let to = Math.min(this.#range.to, latest?.version ?? 0);
    const isGone = above === undefined || above.sequence < this.#first;
    if (isGone && to >= from) throw this.#expired(latest!.version + 1);
    for (let left = limit; above !== undefined && to >= from && left > 0;) {
      const wanted = Math.max(from, to - Math.min(left, MAX_REVERSED_EVENTS) + 1);
      const start: CommitHeaders = await this.#search(wanted, above);
      const { page, first } = await this.#upTo(start, to, above);
      left -= page.filter(({ version }) => version <= to).length;
      if (page.length > 0) yield page.reverse();
      if (first > wanted) throw this.#expired(first);
      to = start.firstVersion - 1;
      above = start;
    }
  }

  /**
   * The events from the commit `start` to the commit with version `to`. If commits are missing, only the events after
   * the gap.
   */
  async #upTo(start: CommitHeaders, to: number, above: CommitHeaders): Promise<{ page: Page; first: number }> {
    let page: Page = [];
    let first = start.firstVersion;
    let next = first;
    if (first > to) return { page, first };
    for await (const commits of this.#commits(start.sequence, above.sequence, to - first + 1)) {
      for (const commit of commits) {
        if (next > to) return { page, first };
        if (commit.firstVersion !== next) {
          page = [];
          first = commit.firstVersion;
        }
        for (const event of commit.events) page.push(event);
        next = commit.lastVersion + 1;
      }
    }
    return { page, first };
  }

  #search(version: number, latest: CommitHeaders): Promise<CommitHeaders> {
    return findVersion(this.#log, this.#subject, version, latest, this.#budget(), this.#first);
  }

  async *#commits(
    from: number,
    until: number | undefined,
    expectedCount: number,
  ): AsyncGenerator<DecodedCommit[], void, void> {
    const { names, codecs } = this.#log;
    const context: MessageContext = { names, codecs, identity: this.#identity };
    for await (const messages of this.#scan(from, until, expectedCount)) {
      const commits = messages.map((message) => decodeCommitMessage(context, this.#actorId, message, this.#range.from));
      const valid = commits.filter(({ isSuperseded }) => !isSuperseded);
      if (valid.length > 0) yield valid;
    }
  }

  /**
   * Reads the messages of the actor from a sequence on. If a purge during the read deletes some of them, the
   * versions of the yielded messages have a gap. If it deletes all that remain, this method throws.
   */
  async *#scan(
    from: number,
    until: number | undefined,
    expectedCount: number,
  ): AsyncGenerator<StoredMessage[], void, void> {
    let last = from - 1;
    try {
      for await (
        const messages of readMessages(this.#log, { subject: this.#subject, from, until, expectedCount }, this.#signal)
      ) {
        last = messages.at(-1)!.sequence;
        yield messages;
      }
    } catch (error) {
      if (!(error instanceof PurgedDuringRead)) throw error;
      const budget = this.#budget();
      const next = await retryWhileTransient(
        this.#log,
        budget,
        (o) => this.#log.gets.next(this.#subject, last + 1, o),
      );
      if (next !== undefined) return yield [next];
      const latest = await findLatestCommit(this.#log, this.#actorId, budget);
      throw this.#expired((latest?.version ?? 0) + 1);
    }
  }

  #budget(): RetryBudget {
    return this.#log.api.newBudget(this.#signal);
  }

  #expired(firstAvailable: number): EventsExpiredError {
    return new EventsExpiredError({ namespace: this.#log.names.namespace, actorId: this.#actorId, firstAvailable });
  }
}

function hasVersion({ firstVersion, lastVersion }: CommitHeaders, version: number): boolean {
  return firstVersion <= version && version <= lastVersion;
}

async function* startWith<T>(first: T, rest: AsyncIterable<T>): AsyncGenerator<T, void, void> {
  yield first;
  yield* rest;
}
