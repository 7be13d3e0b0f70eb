import {
  type ActorRange,
  type AppendOutcome,
  type Commit,
  type CommitPlace,
  type FollowedLog,
  type FollowRange,
  type Log,
  type LogRange,
  type Page,
  partitionOf,
  PARTITIONS,
  recordCommit,
} from "../../../adapter.ts";
import { UnknownPositionError } from "../../../errors.ts";
import { type Namespace, parseNamespace, type Position, type RecordedEvent } from "../../../mod.ts";
import type { SimulatedProcess } from "../../cluster/simulation/simulated_process.ts";
import type { SimulatedRecords } from "../../cluster/simulation/simulated_storage.ts";
import type { VirtualTime } from "../../cluster/simulation/virtual_time.ts";

const NAMESPACE = parseNamespace("sim");

/** A log in the storage of a simulation. It can be restored from an older copy of itself. */
export class SimulatedEventLog {
  readonly namespace: Namespace = NAMESPACE;
  /** Changes at each restore. */
  identity = "a00000000000";
  /** The events of each commit. The commit with offset 1 is the first. */
  readonly #commits: RecordedEvent[][] = [];
  readonly #followers: Set<() => void> = new Set();
  readonly #versions: Map<string, number> = new Map();
  #events: readonly RecordedEvent[] | undefined;
  #ids = 0;

  get offset(): number {
    return this.#commits.length;
  }

  /** All events, in order. */
  get events(): readonly RecordedEvent[] {
    return this.#events ??= this.#commits.flat();
  }

  append(actorId: string, count: number, timestamp: number): readonly RecordedEvent[] {
    const version = this.#versions.get(actorId) ?? 0;
    const commit = {
      actorId,
      id: `c${this.#ids}`,
      timestamp,
      expectedVersion: version,
      events: Array.from({ length: count }, () => ({
        id: `e${this.#ids++}`,
        type: "Made",
        schemaVersion: 1,
        data: null,
        metadata: Object.freeze({}),
      })),
    } as unknown as Commit;
    const events = recordCommit(this, commit, version + 1, this.offset + 1);
    this.#commits.push([...events]);
    this.#events = undefined;
    this.#versions.set(actorId, version + count);
    for (const wake of [...this.#followers]) wake();
    return events;
  }

  /** Restores the log from an older copy without the last commits, and renews its identity. */
  restore(offset: number): void {
    this.identity = `a${String(Number(this.identity.slice(1)) + 1).padStart(11, "0")}`;
    this.#commits.length = offset;
    for (const [i, events] of this.#commits.entries()) {
      this.#commits[i] = events.map((event) => ({ ...event, position: this.#withNewIdentity(event.position) }));
    }
    this.#events = undefined;
    this.#versions.clear();
    for (const { actorId, version } of this.events) this.#versions.set(actorId, version);
  }

  #withNewIdentity(position: Position): Position {
    return `${this.identity}${position.slice(this.identity.length)}` as Position;
  }

  read(from: number, to: number): RecordedEvent[] {
    return this.#commits.slice(from - 1, to).flat();
  }

  actor(actorId: string, from: number): RecordedEvent[] {
    return this.events.filter((event) => event.actorId === actorId && event.version >= from);
  }

  /** Resolves when a commit exists after an offset, or the signal is aborted. */
  async after(offset: number, signal: AbortSignal): Promise<void> {
    while (this.offset <= offset && !signal.aborted) {
      const woken = Promise.withResolvers<void>();
      this.#followers.add(woken.resolve);
      signal.addEventListener("abort", () => woken.resolve(), { once: true });
      await woken.promise;
      this.#followers.delete(woken.resolve);
    }
  }
}

/** Maximum number of commits in one page: small, so that a process often waits for a page. */
const PAGE_COMMITS = 4;

/** The log as one process reads it over a network. It filters by partition, and reports progress. */
export class SimulatedLogClient implements Log {
  readonly records: SimulatedRecords;
  readonly #log: SimulatedEventLog;
  readonly #process: SimulatedProcess;
  readonly #time: VirtualTime;
  readonly #random: () => number;

  constructor(
    log: SimulatedEventLog,
    records: SimulatedRecords,
    process: SimulatedProcess,
    time: VirtualTime,
    random: () => number,
  ) {
    this.#log = log;
    this.records = records;
    this.#process = process;
    this.#time = time;
    this.#random = random;
  }

  append(): AppendOutcome {
    throw new Error("Cannot append to the log of one process. Use SimulatedEventLog.append().");
  }

  async *readActor(actorId: string, { from }: ActorRange): AsyncGenerator<Page> {
    await this.#travel();
    yield this.#log.actor(actorId, from);
  }

  async *readLog(range: LogRange): AsyncGenerator<Page> {
    await this.#travel();
    this.#check(range);
    yield this.#log.read(Number(range.from), range.to);
  }

  follow(range: FollowRange, signal: AbortSignal): FollowedLog {
    const progress: { through?: CommitPlace } = {};
    const items = this.#follow(range, progress, signal);
    return {
      get through() {
        return progress.through;
      },
      [Symbol.asyncIterator]: () => items,
    };
  }

  async latestCommit(): Promise<CommitPlace | undefined> {
    await this.#travel();
    const { offset } = this.#log;
    return offset === 0 ? undefined : { identity: this.#log.identity, offset };
  }

  latestVersion(): number {
    return 0;
  }

  putSnapshot(): void {}

  getSnapshot(): undefined {}

  async *#follow(
    range: FollowRange,
    progress: { through?: CommitPlace },
    signal: AbortSignal,
  ): AsyncGenerator<Page | "caughtUp"> {
    await this.#travel();
    this.#check(range);
    const { identity } = this.#log;
    const end = this.#log.offset;
    let next = Number(range.from);
    let isCaughtUp = false;
    while (!signal.aborted) {
      if (!isCaughtUp && next > end) {
        isCaughtUp = true;
        yield "caughtUp";
        continue;
      }
      await this.#log.after(next - 1, signal);
      const last = Math.min(this.#log.offset, next + PAGE_COMMITS - 1);
      const page = this.#log.read(next, last);
      await this.#travel();
      if (signal.aborted) return;
      // The log was restored during the read of the page: a driver notices the restore at its next read.
      if (this.#log.identity !== identity) throw new UnknownPositionError(NAMESPACE);
      next = last + 1;
      progress.through = { identity: this.#log.identity, offset: last };
      yield page.filter(({ actorId }) =>
        range.partition === undefined || partitionOf(actorId, PARTITIONS) === range.partition
      );
    }
  }

  #check({ reached, identity }: Pick<FollowRange, "reached" | "identity">): void {
    const isOther = identity !== undefined && identity !== this.#log.identity;
    if (isOther || reached > this.#log.offset) throw new UnknownPositionError(NAMESPACE);
  }

  /** Waits for one round trip. Without a connection, it tries again until the process can send and receive. */
  #travel(): Promise<void> {
    return new Promise((resolve) => {
      const attempt = () => {
        this.#time.after(2 + this.#random() * 20, () => {
          if (this.records.canSend && this.records.canReceive) this.#process.receive(resolve);
          else this.#time.after(200, attempt);
        });
      };
      attempt();
    });
  }
}
