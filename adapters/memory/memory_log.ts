/**
 * One namespace in memory: the log, an array of all events, and an index of the actors. An append pushes to the array
 * and writes a few numbers to the index. A read is a slice of the log, or of an actor's events.
 *
 * The offset of a commit is the number of its last event in the log. The next number therefore belongs to the first
 * event of the next commit, and a read after an offset finds its first event without a search.
 *
 * @module
 */
import {
  type ActorRange,
  type AppendOutcome,
  type Commit,
  type CommitPlace,
  type FollowedLog,
  type FollowRange,
  isEndOfCommit,
  type Log,
  type LogKey,
  type LogRange,
  meetsExpectation,
  newLogIdentity,
  offsetOf,
  type Page,
  type Quota,
  recordCommit,
  type Retention,
  type StoredSnapshot,
} from "../../adapter.ts";
import { EventsExpiredError, QuotaExceededError, UnknownPositionError } from "../../errors.ts";
import type { Namespace, RecordedEvent } from "../../mod.ts";
import { ActorIndex } from "./actor_index.ts";
import { CommitBounds } from "./commit_bounds.ts";
import { NumberedList } from "./numbered_list.ts";
import { MemoryRecords } from "./memory_records.ts";
import { MemorySnapshots } from "./memory_snapshots.ts";

/** Maximum number of events in one page of a log. */
const MAX_PAGE = 4_096;

/** The bounds of the log of a namespace. */
export interface MemoryLogOptions {
  readonly retention: Retention | undefined;
  readonly quota: Quota | undefined;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** A log in memory: see the top of this file. */
export class MemoryLog implements Log {
  readonly records: MemoryRecords = new MemoryRecords();
  readonly #key: LogKey;
  readonly #options: MemoryLogOptions;
  readonly #bounds: CommitBounds;
  readonly #events: NumberedList<RecordedEvent> = new NumberedList();
  readonly #actors: ActorIndex = new ActorIndex(this.#events);
  readonly #snapshots: MemorySnapshots = new MemorySnapshots();
  /** Functions that are called after each append. */
  readonly #followers: Set<() => void> = new Set();

  constructor(namespace: Namespace, options: MemoryLogOptions) {
    this.#key = { namespace, identity: newLogIdentity() };
    this.#options = options;
    this.#bounds = new CommitBounds(options.retention ?? options.quota ?? {});
  }

  /** The number of running iterations of {@link MemoryLog.follow}. */
  get followers(): number {
    return this.#followers.size;
  }

  /** Whether nothing was ever stored. */
  isUnused(): boolean {
    return this.#events.last === 0;
  }

  append(commit: Commit): AppendOutcome {
    this.#expire();
    const actor = this.#actors.find(commit.actorId);
    const version = actor?.version ?? 0;
    if (!meetsExpectation(commit.expectedVersion, version)) {
      return this.#findRepeated(commit) ?? { ok: false, actual: version };
    }
    const bytes = this.#bounds.sizeOf(commit);
    this.#checkQuota(commit, bytes);
    const offset = this.#events.last + commit.events.length;
    const events = recordCommit(this.#key, commit, version + 1, offset);
    for (const event of events) this.#events.push(event);
    this.#actors.add(commit.actorId, actor, events.length);
    this.#bounds.add(bytes);
    this.#expire();
    for (const wake of this.#followers) wake();
    const { identity } = this.#key;
    return { ok: true, version: version + events.length, identity, offset, duplicate: false };
  }

  readActor(actorId: string, range: ActorRange): Iterable<Page> {
    this.#expire();
    const history = this.#actors.historyOf(actorId);
    if (history === undefined) return [];
    const { dropped: expired, last } = history;
    const to = Math.min(range.to, last);
    const from = Math.max(range.from, expired + 1);
    const expiredError = range.from <= Math.min(expired, to)
      ? new EventsExpiredError({ namespace: this.#key.namespace, actorId, firstAvailable: expired + 1 })
      : undefined;
    if (range.backwards) return readBackwards(history, Math.max(from, to - range.limit + 1), to, expiredError);
    if (expiredError !== undefined) throw expiredError;
    return inOnePage(history, from, Math.min(to, from + range.limit - 1));
  }

  readLog({ from, to, backwards, ...position }: LogRange): Iterable<Page> {
    this.#expire();
    const first = this.#firstNumber(from, position);
    const last = Math.min(to, this.#events.last);
    if (backwards) return this.#readPagesBackwards(first, last, from === "oldest-available");
    if (first <= last) this.#checkAvailable(first);
    return this.#readPages(first, last);
  }

  follow({ from, ...position }: FollowRange, signal: AbortSignal): FollowedLog {
    this.#expire();
    const end = this.#events.last;
    if (from === "now") return this.#follow(end + 1, end, signal);
    const first = this.#firstNumber(from, position);
    this.#checkAvailable(first);
    return this.#follow(first, end, signal);
  }

  latestCommit(): CommitPlace | undefined {
    const { last: offset } = this.#events;
    return offset === 0 ? undefined : { identity: this.#key.identity, offset };
  }

  latestVersion(actorId: string): number {
    return this.#actors.find(actorId)?.version ?? 0;
  }

  putSnapshot(actorId: string, snapshot: StoredSnapshot, keep: number): void {
    this.#snapshots.put(actorId, snapshot, keep);
  }

  getSnapshot(actorId: string, atMost: number): StoredSnapshot | undefined {
    return this.#snapshots.get(actorId, atMost);
  }

  /** The stored commit that begins directly after the expected version, if its id is the same. */
  #findRepeated({ actorId, expectedVersion, id }: Commit): AppendOutcome | undefined {
    const history = this.#actors.historyOf(actorId);
    if (typeof expectedVersion !== "number" || history === undefined) return undefined;
    let version = expectedVersion + 1;
    if (history.at(version)?.commitId !== id) return undefined;
    const previous = history.at(expectedVersion);
    if (previous !== undefined && !isEndOfCommit(previous.position)) return undefined;
    while (!isEndOfCommit(history.at(version)!.position)) version++;
    const { identity } = this.#key;
    return { ok: true, version, identity, offset: offsetOf(history.at(version)!.position), duplicate: true };
  }

  #checkQuota({ actorId }: Commit, bytes: number): void {
    const quota = this.#options.quota && this.#bounds.exceededBound(1, bytes);
    if (quota === undefined) return;
    const { namespace } = this.#key;
    throw new QuotaExceededError(
      `Cannot append to "${actorId}": namespace "${namespace}" is full, its quota is ${quota}. Raise the quota`,
      { namespace },
    );
  }

  /** Removes expired commits. Costs one comparison if no commit has expired. */
  #expire(): void {
    const { retention, now } = this.#options;
    if (retention === undefined) return;
    const oldest = retention.maxAge === undefined ? -Infinity : now() - retention.maxAge;
    while (this.#isOldestOlderThan(oldest) || this.#exceedsBounds()) this.#dropOldestCommit();
  }

  /** Whether the log has more commits or bytes than its bounds. The newest commit never expires by them. */
  #exceedsBounds(): boolean {
    return this.#bounds.commits > 1 && this.#bounds.exceededBound(0, 0) !== undefined;
  }

  #isOldestOlderThan(timestamp: number): boolean {
    const first = this.#events.at(this.#events.dropped + 1);
    return first !== undefined && first.timestamp < timestamp;
  }

  #dropOldestCommit(): void {
    this.#bounds.dropOldest();
    let event;
    do {
      event = this.#events.at(this.#events.dropped + 1)!;
      this.#events.drop();
      this.#actors.drop(event);
    } while (!isEndOfCommit(event.position));
  }

  /** The number of the first remaining event of the commit at an offset. */
  #firstNumber(
    from: number | "oldest-available",
    { reached, identity }: Pick<LogRange, "reached" | "identity">,
  ): number {
    const isOther = identity !== undefined && identity !== this.#key.identity;
    if (isOther || reached > this.#events.last) throw new UnknownPositionError(this.#key.namespace);
    if (from === "oldest-available") return this.#events.dropped + 1;
    let number = from;
    while (number - 1 > this.#events.dropped && !isEndOfCommit(this.#events.at(number - 1)!.position)) number--;
    return number;
  }

  #checkAvailable(number: number): void {
    if (number > this.#events.dropped) return;
    const firstAvailable = this.#events.at(this.#events.dropped + 1)?.position;
    throw new EventsExpiredError({ namespace: this.#key.namespace, firstAvailable });
  }

  /** One page of events from `from` to `to`, both inclusive. A page may end earlier. */
  #page(from: number, to: number): Page {
    this.#checkAvailable(from);
    return this.#events.slice(from, Math.min(to, from + MAX_PAGE - 1));
  }

  *#readPages(from: number, to: number): Generator<Page, void, void> {
    for (let next = from; next <= to; next += MAX_PAGE) yield this.#page(next, to);
  }

  /** @param endsAtExpired Whether the read ends at expired events. If not, it fails there. */
  *#readPagesBackwards(from: number, to: number, endsAtExpired: boolean): Generator<Page, void, void> {
    for (let last = to; last >= from;) {
      const first = Math.max(from, last - MAX_PAGE + 1, this.#events.dropped + 1);
      if (first <= last) yield this.#events.slice(first, last).reverse();
      last = first - 1;
      if (last < from || (endsAtExpired && last <= this.#events.dropped)) return;
      this.#checkAvailable(last);
    }
  }

  async *#follow(from: number, end: number, signal: AbortSignal): AsyncGenerator<Page | "caughtUp", void, void> {
    let wake = () => {};
    const onChange = () => wake();
    this.#followers.add(onChange);
    signal.addEventListener("abort", onChange);
    try {
      let next = from;
      let caughtUp = false;
      while (!signal.aborted) {
        if (!caughtUp && next > end) {
          caughtUp = true;
          yield "caughtUp";
        } else if (next <= this.#events.last) {
          const page = this.#page(next, this.#events.last);
          next += page.length;
          yield page;
        } else {
          await new Promise<void>((resolve) => wake = resolve);
        }
      }
    } finally {
      this.#followers.delete(onChange);
      signal.removeEventListener("abort", onChange);
    }
  }
}

function inOnePage(history: NumberedList<RecordedEvent>, from: number, to: number): Page[] {
  return to < from ? [] : [history.slice(from, to)];
}

/** Yields the remaining events, then throws if the range also contains expired events. */
function* readBackwards(
  history: NumberedList<RecordedEvent>,
  from: number,
  to: number,
  expiredError: Error | undefined,
): Generator<Page, void, void> {
  for (const page of inOnePage(history, from, to)) yield page.reverse();
  if (expiredError !== undefined) throw expiredError;
}
