import type {
  ActorRange,
  AppendOutcome,
  Commit,
  CommitPlace,
  FollowedLog,
  FollowRange,
  Log,
  LogRange,
  Pages,
  StoredSnapshot,
} from "../../adapter.ts";
import { toUserError } from "./database/to_user_error.ts";
import type { WriteQueue } from "./database/write_queue.ts";
import type { ChangeWatch } from "./log/change_watch.ts";
import { follow, type FollowProgress } from "./log/follow.ts";
import type { LogState } from "./log/log_state.ts";
import { AppendWrite, type CommitSender, ExpiryWrite, type LogWriteContext, snapshotWrite } from "./log/log_writes.ts";
import { readActor } from "./log/read_actor.ts";
import type { Reading } from "./log/reading.ts";
import { readLog } from "./log/read_log.ts";
import { readLogBackwards } from "./log/read_log_backwards.ts";
import { getSnapshot } from "./log/snapshots.ts";
import type { SqliteRecords } from "./records/sqlite_records.ts";
import { Expiry } from "./log/expiry.ts";

/** The parts that a log needs in addition to its state. */
export interface SqliteLogOptions {
  readonly records: SqliteRecords;
  readonly queue: WriteQueue;
  readonly watch: ChangeWatch;
  readonly bus: CommitSender;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** The log of one namespace of the file. */
export class SqliteLog implements Log {
  readonly records: SqliteRecords;
  readonly #log: LogState;
  readonly #queue: WriteQueue;
  readonly #watch: ChangeWatch;
  readonly #reading: Reading;
  readonly #writing: LogWriteContext;
  #isExpiring = false;

  constructor(log: LogState, { records, queue, watch, bus, now }: SqliteLogOptions) {
    this.records = records;
    this.#log = log;
    this.#queue = queue;
    this.#watch = watch;
    this.#reading = { log, now, onExpired: () => this.#expire() };
    const expiry = new Expiry(log, now, () => queueMicrotask(() => this.#expire()));
    this.#writing = { log, watch, bus, expiry };
  }

  append(commit: Commit, signal: AbortSignal | undefined): Promise<AppendOutcome> {
    return new AppendWrite(this.#writing, commit).submit(this.#queue, signal);
  }

  readActor(actorId: string, range: ActorRange, signal: AbortSignal | undefined): Pages {
    return this.#withUserErrors(`read "${actorId}"`, () => readActor(this.#reading, actorId, range, signal));
  }

  readLog(range: LogRange, signal: AbortSignal | undefined): Pages {
    const read = range.backwards ? readLogBackwards : readLog;
    return this.#withUserErrors("read the log", () => read(this.#reading, range, signal));
  }

  latestCommit(): CommitPlace | undefined {
    return this.#withUserErrors("find the end of the log", () => {
      this.#log.file.refresh();
      const { key: { identity }, extent: { lastOffset: offset } } = this.#log;
      return offset === 0 ? undefined : { identity, offset };
    });
  }

  follow(range: FollowRange, signal: AbortSignal): FollowedLog {
    const progress: FollowProgress = {};
    const items = this.#withUserErrors(
      "follow the log",
      () => follow(this.#reading, this.#watch, range, progress, signal),
    );
    return {
      get through() {
        return progress.through;
      },
      [Symbol.asyncIterator]: () => items[Symbol.asyncIterator](),
    };
  }

  latestVersion(actorId: string): number {
    return this.#withUserErrors(`read the version of "${actorId}"`, () => {
      this.#log.file.refresh();
      return this.#log.versionOf(actorId);
    });
  }

  putSnapshot(
    actorId: string,
    snapshot: StoredSnapshot,
    keep: number,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    return snapshotWrite(this.#log, actorId, snapshot, keep).submit(this.#queue, signal);
  }

  getSnapshot(actorId: string, atMost: number): StoredSnapshot | undefined {
    return this.#withUserErrors(`read a snapshot of "${actorId}"`, () => getSnapshot(this.#log, actorId, atMost));
  }

  #expire(): void {
    if (this.#isExpiring) return;
    this.#isExpiring = true;
    const settled = () => {
      this.#isExpiring = false;
    };
    this.#queue.add(new ExpiryWrite(this.#writing.expiry, settled));
  }

  /** Converts the errors of a call, and of the iteration that it returns, by {@link toUserError}. */
  #withUserErrors<T>(attempt: string, call: () => T): T {
    const { namespace } = this.#log;
    let answer: T;
    try {
      answer = call();
    } catch (error) {
      throw toUserError(attempt, namespace, error);
    }
    if (typeof answer !== "object" || answer === null || !(Symbol.asyncIterator in answer)) return answer;
    return itemsWithUserErrors(attempt, namespace, answer as AsyncIterable<unknown>) as T;
  }
}

async function* itemsWithUserErrors<T>(
  attempt: string,
  namespace: LogState["namespace"],
  items: AsyncIterable<T>,
): AsyncGenerator<T, void, void> {
  try {
    yield* items;
  } catch (error) {
    throw toUserError(attempt, namespace, error);
  }
}
