import { isAetherError } from "../errors/is_aether_error.ts";
import { EventsExpiredError } from "../errors/events_expired_error.ts";
import type { AnyEvents } from "../events/event_map.ts";
import type { RecordedEvent } from "../events/recorded_event.ts";
import type { Snapshot, SnapshotCommits } from "../store/snapshot_store.ts";
import type { OperationOutcome } from "../observer/observer.ts";
import type { ReadOnlyStore } from "../store/event_store.ts";
import type { ReadOptions } from "../store/options.ts";
import { ActorSnapshots } from "./actor_snapshots.ts";
import { type AnyEvolver, applyEvent, initialOf } from "./apply_event.ts";
import type { WithTypes } from "./decider.ts";
import { freezePlain, type FreezeState, freezeWithCollections } from "./freeze_plain.ts";
import type { LoadOptions, LoadResult } from "./options.ts";
import { RecentCommits } from "./recent_commits.ts";
import { EventsSinceSnapshot } from "./events_since_snapshot.ts";

/** A loaded actor, with the facts that loading collected. */
export interface LoadedState<S> extends LoadResult<S> {
  /** The events since the snapshot, if the evolver has snapshots. */
  readonly sinceSnapshot: EventsSinceSnapshot | undefined;
  /** The last commits, if they were needed or the snapshot has commits. */
  readonly recent: RecentCommits | undefined;
}

/** The state of a running load; at its end, the result. */
interface Progress<S> {
  state: S;
  version: number;
  snapshotVersion: number;
  sinceSnapshot: EventsSinceSnapshot | undefined;
  readonly recent: RecentCommits | undefined;
}

/** One load of an actor. */
export class StateLoader<S> {
  /** The actor's snapshots, if the evolver has any. */
  readonly snapshots: ActorSnapshots<S> | undefined;
  readonly #source: ReadOnlyStore;
  readonly #evolver: AnyEvolver<S>;
  readonly #actorId: string;
  readonly #options: LoadOptions;
  readonly #commitId: string | undefined;
  readonly #isKept: boolean;
  readonly #freeze: FreezeState;

  /**
   * @param commitId The wanted commit id.
   * @param isKept Whether the actor stays in memory: see {@link RecentCommits}.
   */
  constructor(
    source: ReadOnlyStore,
    evolver: AnyEvolver<S>,
    actorId: string,
    options: LoadOptions,
    commitId?: string,
    isKept = false,
  ) {
    this.snapshots = ActorSnapshots.of(source, evolver, actorId);
    this.#source = source;
    this.#evolver = evolver;
    this.#actorId = actorId;
    this.#options = options;
    this.#commitId = commitId;
    this.#isKept = isKept;
    this.#freeze = isKept ? freezeWithCollections : freezePlain;
  }

  /** Loads from the newest valid snapshot, otherwise from the first event. The state is frozen. */
  run(): Promise<LoadedState<S>> {
    const { observer } = this.#source;
    if (observer === undefined) return this.#run();
    return observer.run(
      { name: "load", actorId: this.#actorId },
      () => this.#run(),
      (loaded) => this.#describe(loaded),
    );
  }

  async #run(): Promise<LoadedState<S>> {
    try {
      const loaded = await this.#load();
      this.#freeze(loaded.state);
      return loaded;
    } catch (error) {
      if (!isAetherError(error, "events-expired")) throw error;
      const { namespace, actorId, firstAvailable } = error;
      throw new EventsExpiredError({ namespace, actorId, firstAvailable, isLoad: true }, { cause: error });
    }
  }

  #describe({ version, snapshotVersion }: LoadedState<S>): Partial<OperationOutcome> {
    const found = snapshotVersion > 0 ? "hit" : "miss";
    return { version, events: version - snapshotVersion, snapshot: this.snapshots && found };
  }

  async #load(): Promise<LoadedState<S>> {
    const { to, signal } = this.#options;
    for (let atMost = to ?? Number.MAX_SAFE_INTEGER; this.snapshots !== undefined && atMost > 0;) {
      const snapshot = await this.snapshots.latest(atMost, signal);
      if (snapshot === undefined) break;
      const loaded = this.snapshots.verify ? await this.#verify(snapshot) : await this.#continueFrom(snapshot);
      if (loaded !== undefined) return loaded;
      atMost = snapshot.version - 1;
    }
    return await this.#replay();
  }

  /** Continues from a snapshot. Returns `undefined` if its anchor event is missing or has another id. */
  async #continueFrom(snapshot: Snapshot): Promise<LoadedState<S> | undefined> {
    let progress: Progress<S> | undefined;
    for await (const event of this.#read(snapshot.version)) {
      if (progress === undefined) {
        if (!isAnchorOf(snapshot, event)) return undefined;
        progress = this.#startFrom(snapshot, event);
      } else {
        this.#evolve(progress, event);
      }
    }
    return progress;
  }

  async #hasAnchor(snapshot: Snapshot): Promise<boolean> {
    const { version } = snapshot;
    const { signal } = this.#options;
    for await (const event of this.#source.read(this.#actorId, { from: version, to: version, raw: true, signal })) {
      return isAnchorOf(snapshot, event);
    }
    return false;
  }

  async #replay(): Promise<LoadedState<S>> {
    const progress = this.#start();
    for await (const event of this.#read(1)) this.#evolve(progress, event);
    return progress;
  }

  /**
   * Replays all events, and compares the snapshot with the state at its version. If events before the snapshot have
   * expired, it continues from the snapshot without a comparison. Returns `undefined` if the snapshot belongs to
   * another history of the actor.
   */
  async #verify(snapshot: Snapshot): Promise<LoadedState<S> | undefined> {
    if (!await this.#hasAnchor(snapshot)) return undefined;
    const progress = this.#start(snapshot.commits !== undefined);
    try {
      for await (const event of this.#read(1)) {
        this.#evolve(progress, event);
        if (!isAnchorOf(snapshot, event) || !this.snapshots!.isSame(snapshot, progress.state)) continue;
        progress.snapshotVersion = snapshot.version;
        progress.sinceSnapshot = new EventsSinceSnapshot(event);
      }
    } catch (error) {
      if (!isAetherError(error, "events-expired")) throw error;
      return await this.#continueFrom(snapshot);
    }
    return progress;
  }

  #start(hasCommits = false): Progress<S> {
    const sinceSnapshot = this.snapshots && new EventsSinceSnapshot();
    const recent = this.#recent(hasCommits, undefined, 1);
    return { state: initialOf(this.#evolver, this.#freeze), version: 0, snapshotVersion: 0, sinceSnapshot, recent };
  }

  /**
   * The collection of the last commits; `undefined` if it is not needed. It is needed if a commit id is wanted or the
   * actor stays in memory. It is also needed if the snapshot has commits, because the next snapshot must have them too.
   */
  #recent(hasCommits: boolean, older: SnapshotCommits | undefined, readFrom: number): RecentCommits | undefined {
    const isNeeded = hasCommits || this.#isKept || this.#commitId !== undefined;
    return isNeeded ? new RecentCommits(this.#commitId, older, readFrom, this.#isKept) : undefined;
  }

  #startFrom({ version, state, commits }: Snapshot, anchor: RecordedEvent): Progress<S> {
    const recent = this.#recent(commits !== undefined, commits, commits === undefined ? version : version + 1);
    recent?.addAnchor(anchor);
    const sinceSnapshot = new EventsSinceSnapshot(anchor);
    return { state: state as S, version, snapshotVersion: version, sinceSnapshot, recent };
  }

  #evolve(progress: Progress<S>, event: RecordedEvent): void {
    progress.state = applyEvent(this.#evolver, progress.state, event);
    progress.version = event.version;
    progress.sinceSnapshot?.add(event);
    progress.recent?.add(event);
  }

  #read(from: number): AsyncIterable<RecordedEvent> {
    const { to, signal } = this.#options;
    return this.#source.read(this.#actorId, { from, to, unknown: unknownOf(this.#evolver), signal });
  }
}

/** Whether an event is the anchor event of a snapshot. */
function isAnchorOf(snapshot: Snapshot, { version, id }: RecordedEvent): boolean {
  return version === snapshot.version && id === snapshot.eventId;
}

/**
 * The option `unknown` for the reads of a load. An evolver with `types` ignores all other event types. The event map
 * need not contain these.
 */
export function unknownOf(evolver: object): ReadOptions["unknown"] {
  return (evolver as Partial<WithTypes<AnyEvents>>).types === undefined ? undefined : "pass";
}
