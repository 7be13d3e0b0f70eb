import type {
  ActorRange,
  AppendOutcome,
  Commit,
  FollowRange,
  Log,
  LogRange,
  Page,
  StoredSnapshot,
} from "../../adapter.ts";
import { Append } from "./log/append.ts";
import { explained, explainedEach } from "./api/explain_failure.ts";
import { findHead } from "./log/find_head.ts";
import { follow } from "./log/follow.ts";
import type { OwnCommits } from "./bus/own_commits.ts";
import type { LogContext } from "./log/log_context.ts";
import { Patience } from "./api/patience.ts";
import { ActorReading } from "./log/read_actor.ts";
import { readLog } from "./log/read_log.ts";
import { findLastOffset, readLogBackwards } from "./log/read_log_backwards.ts";
import { readStored } from "./streams/read_stored.ts";
import { explainFailure } from "./api/explain_failure.ts";
import type { JetStreamRecords } from "./records/jetstream_records.ts";
import type { Snapshots } from "./snapshots/snapshots.ts";
import type { Trimmer } from "./retention/trimmer.ts";
import { Turns } from "./api/turns.ts";

/** What a log is made of beside its stream. */
export interface LogParts {
  readonly snapshots: Snapshots;
  readonly records: JetStreamRecords;
  readonly trimmer: Trimmer;
  readonly own: OwnCommits;
}

/** One namespace on JetStream. Touches the server only when it is asked for something. */
export class JetStreamLog implements Log {
  readonly records: JetStreamRecords;
  readonly #log: LogContext;
  readonly #snapshots: Snapshots;
  readonly #trimmer: Trimmer;
  readonly #own: OwnCommits;
  /** A server with replicas refuses a second append of an actor while one is on its way. */
  readonly #turns: Turns = new Turns();

  constructor(log: LogContext, { snapshots, records, trimmer, own }: LogParts) {
    this.records = records;
    this.#log = log;
    this.#snapshots = snapshots;
    this.#trimmer = trimmer;
    this.#own = own;
  }

  /** Makes the namespace's streams, those that are not there. */
  async provision(): Promise<void> {
    const patience = new Patience(this.#log.api.patience, undefined);
    const { stream, parked, names } = this.#log;
    await explained(
      `provision namespace "${names.namespace}"`,
      readStored(this.#log, patience, (options) => stream.ensure(options)).then(async (facts) => {
        await this.#snapshots.provision();
        await this.records.provision();
        if (facts?.retention !== undefined) await parked.provision(patience);
      }),
    );
  }

  async append(commit: Commit, signal: AbortSignal | undefined): Promise<AppendOutcome> {
    const append = new Append(this.#log, commit, signal);
    const turn = this.#turns.take(commit.actorId, append.patience);
    if (turn !== undefined) await explained(String(append), turn);
    try {
      const wait = this.#trimmer.wait(append.patience);
      if (wait !== undefined) await explained(String(append), wait);
      const { names } = this.#log;
      const outcome = await this.#own.during(names.log, commit.actorId, () => append.run());
      if (outcome.ok && !outcome.duplicate) this.#trimmer.stored(outcome.offset);
      return outcome;
    } finally {
      this.#turns.done(commit.actorId);
    }
  }

  readActor(actorId: string, range: ActorRange, signal: AbortSignal | undefined): AsyncIterable<Page> {
    return explainedEach(this.#attempt("read", actorId), new ActorReading(this.#log, actorId, range, signal).run());
  }

  readLog(range: LogRange, signal: AbortSignal | undefined): AsyncIterable<Page> {
    const read = range.backwards ? readLogBackwards : readLog;
    return explainedEach(`read the log of namespace "${this.#log.names.namespace}"`, read(this.#log, range, signal));
  }

  latestOffset(signal: AbortSignal | undefined): Promise<number> {
    return explained(`find the end of namespace "${this.#log.names.namespace}"`, findLastOffset(this.#log, signal));
  }

  async *follow(range: FollowRange, signal: AbortSignal): AsyncGenerator<Page | "caughtUp", void, void> {
    try {
      yield* follow(this.#log, range, signal);
    } catch (error) {
      if (!signal.aborted) throw explainFailure(`follow namespace "${this.#log.names.namespace}"`, error);
    }
  }

  async latestVersion(actorId: string, signal: AbortSignal | undefined): Promise<number> {
    const patience = new Patience(this.#log.api.patience, signal);
    const head = await explained(
      this.#attempt("tell the version of", actorId),
      findHead(this.#log, actorId, patience),
    );
    return head?.version ?? 0;
  }

  putSnapshot(
    actorId: string,
    snapshot: StoredSnapshot,
    keep: number,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const attempt = this.#attempt("keep a snapshot of", actorId);
    return explained(attempt, this.#snapshots.put(actorId, snapshot, keep, signal));
  }

  getSnapshot(actorId: string, atMost: number, signal: AbortSignal | undefined): Promise<StoredSnapshot | undefined> {
    return explained(this.#attempt("find a snapshot of", actorId), this.#snapshots.get(actorId, atMost, signal));
  }

  #attempt(verb: string, actorId: string): string {
    return `${verb} "${actorId}" in namespace "${this.#log.names.namespace}"`;
  }
}
