import type {
  ActorRange,
  AppendOutcome,
  Commit,
  CommitPlace,
  FollowedLog,
  FollowRange,
  Log,
  LogRange,
  Page,
  StoredSnapshot,
} from "../../adapter.ts";
import { Append } from "./log/append.ts";
import { type AppendParts, startFastAppend } from "./log/fast_append.ts";
import { withUserErrors, withUserErrorsEach } from "./api/to_user_error.ts";
import { findLatestCommit } from "./log/find_latest_commit.ts";
import { LogFollower } from "./log/log_follower.ts";
import type { SelfEchoFilter } from "./bus/self_echo_filter.ts";
import type { LogContext } from "./log/log_context.ts";
import { ActorReader } from "./log/actor_reader.ts";
import { readLog } from "./log/read_log.ts";
import { findLastCommit, readLogBackwards } from "./log/read_log_backwards.ts";
import { restartAtOldest } from "./log/restart_at_oldest.ts";
import { retryWhileTransient } from "./streams/retry_while_transient.ts";
import type { JetStreamRecords } from "./records/jetstream_records.ts";
import type { Snapshots } from "./snapshots/snapshots.ts";
import type { Purger } from "./retention/purger.ts";
import { KeyedMutex } from "./api/keyed_mutex.ts";

/** The parts of a log besides its stream. */
export interface LogParts {
  readonly snapshots: Snapshots;
  readonly records: JetStreamRecords;
  readonly purger: Purger;
  readonly selfEchoes: SelfEchoFilter;
}

/** The log of one namespace on JetStream. Its constructor sends no request. */
export class JetStreamLog implements Log {
  readonly records: JetStreamRecords;
  readonly #log: LogContext;
  readonly #follower: LogFollower;
  readonly #snapshots: Snapshots;
  readonly #appendParts: AppendParts;

  constructor(log: LogContext, { snapshots, records, purger, selfEchoes }: LogParts) {
    this.records = records;
    this.#log = log;
    this.#follower = new LogFollower(log);
    this.#snapshots = snapshots;
    // A stream with replicas refuses an append to an actor while another append to that actor is in flight.
    this.#appendParts = { log, actors: new KeyedMutex(), purger, selfEchoes };
  }

  /** Creates the missing streams of the namespace. */
  async provision(): Promise<void> {
    const budget = this.#log.api.newBudget(undefined);
    const { stream, floors, names } = this.#log;
    await withUserErrors(
      `provision namespace "${names.namespace}"`,
      retryWhileTransient(this.#log, budget, (options) => stream.ensure(options)).then(async (metadata) => {
        await this.#snapshots.provision();
        await this.records.provision();
        if (metadata?.retention !== undefined) await floors.provision(budget);
      }),
    );
  }

  append(commit: Commit, signal: AbortSignal | undefined): Promise<AppendOutcome> {
    const started = signal === undefined ? startFastAppend(this.#appendParts, commit) : undefined;
    return started ?? this.#append(commit, signal);
  }

  async #append(commit: Commit, signal: AbortSignal | undefined): Promise<AppendOutcome> {
    const { actors, purger, selfEchoes } = this.#appendParts;
    const budget = this.#log.api.newBudget(signal);
    const append = new Append(this.#log, commit, budget);
    if (!actors.tryAcquire(commit.actorId)) {
      await withUserErrors(String(append), actors.acquire(commit.actorId, budget));
    }
    try {
      const wait = purger.wait(budget);
      if (wait !== undefined) await withUserErrors(String(append), wait);
      const { names } = this.#log;
      const outcome = await selfEchoes.whileAppending(names.log, commit.actorId, () => append.run());
      if (outcome.ok && !outcome.duplicate) purger.stored(outcome.offset);
      return outcome;
    } finally {
      actors.release(commit.actorId);
    }
  }

  readActor(actorId: string, range: ActorRange, signal: AbortSignal | undefined): AsyncIterable<Page> {
    return withUserErrorsEach(this.#attempt("read", actorId), new ActorReader(this.#log, actorId, range, signal).run());
  }

  readLog(range: LogRange, signal: AbortSignal | undefined): AsyncIterable<Page> {
    const start = () => (range.backwards ? readLogBackwards : readLog)(this.#log, range, signal);
    return withUserErrorsEach(
      `read the log of namespace "${this.#log.names.namespace}"`,
      range.from === "oldest-available" ? restartAtOldest(start) : start(),
    );
  }

  latestCommit(signal: AbortSignal | undefined): Promise<CommitPlace | undefined> {
    return withUserErrors(
      `find the end of the log of namespace "${this.#log.names.namespace}"`,
      findLastCommit(this.#log, signal),
    );
  }

  follow(range: FollowRange, signal: AbortSignal): FollowedLog {
    return this.#follower.follow(range, signal);
  }

  async latestVersion(actorId: string, signal: AbortSignal | undefined): Promise<number> {
    const budget = this.#log.api.newBudget(signal);
    const latest = await withUserErrors(
      this.#attempt("read the version of", actorId),
      findLatestCommit(this.#log, actorId, budget),
    );
    return latest?.version ?? 0;
  }

  putSnapshot(
    actorId: string,
    snapshot: StoredSnapshot,
    keep: number,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const attempt = this.#attempt("store a snapshot of", actorId);
    return withUserErrors(attempt, this.#snapshots.put(actorId, snapshot, keep, signal));
  }

  getSnapshot(actorId: string, atMost: number, signal: AbortSignal | undefined): Promise<StoredSnapshot | undefined> {
    return withUserErrors(this.#attempt("read a snapshot of", actorId), this.#snapshots.get(actorId, atMost, signal));
  }

  #attempt(verb: string, actorId: string): string {
    return `${verb} "${actorId}" in namespace "${this.#log.names.namespace}"`;
  }
}
