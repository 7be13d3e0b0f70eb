import { isAetherError } from "../errors/is_aether_error.ts";
import { EventsExpiredError } from "../errors/events_expired_error.ts";
import type { RecordedEvent } from "../events/recorded_event.ts";
import type { Snapshot, SnapshotCommits } from "../store/snapshot_store.ts";
import type { ReadOnlyStore } from "../store/event_store.ts";
import { ActorSnapshots } from "./actor_snapshots.ts";
import { type AnyEvolver, applyEvent, initialOf } from "./apply_event.ts";
import { freezePlain } from "./freeze_plain.ts";
import type { LoadOptions, LoadResult } from "./options.ts";
import { RecentCommits } from "./recent_commits.ts";
import { EventsSinceSnapshot } from "./events_since_snapshot.ts";

/** An actor as it was loaded, and what else was seen on the way. */
export interface LoadedState<S> extends LoadResult<S> {
  /** Its events since the snapshot, where the evolver has snapshots. */
  readonly tail: EventsSinceSnapshot | undefined;
  /** Its last commits, where they were needed, or the snapshot has them. */
  readonly recent: RecentCommits | undefined;
}

/** What a loading begins from, and what it has come to. */
interface Progress<S> {
  state: S;
  version: number;
  snapshotVersion: number;
  tail: EventsSinceSnapshot | undefined;
  readonly recent: RecentCommits | undefined;
}

/** One loading of an actor. */
export class StateLoader<S> {
  /** Those of the actor, if the evolver has any. */
  readonly snapshots: ActorSnapshots<S> | undefined;
  readonly #source: ReadOnlyStore;
  readonly #evolver: AnyEvolver<S>;
  readonly #actorId: string;
  readonly #options: LoadOptions;
  readonly #commitId: string | undefined;

  /** @param commitId The commit id that is looked for. */
  constructor(
    source: ReadOnlyStore,
    evolver: AnyEvolver<S>,
    actorId: string,
    options: LoadOptions,
    commitId?: string,
  ) {
    this.snapshots = ActorSnapshots.of(source, evolver, actorId);
    this.#source = source;
    this.#evolver = evolver;
    this.#actorId = actorId;
    this.#options = options;
    this.#commitId = commitId;
  }

  /** Loads from the newest snapshot that is of this history, else from the first event. The state is frozen. */
  async run(): Promise<LoadedState<S>> {
    try {
      const loaded = await this.#load();
      freezePlain(loaded.state);
      return loaded;
    } catch (error) {
      if (!isAetherError(error, "events-expired")) throw error;
      const { namespace, actorId, firstAvailable } = error;
      throw new EventsExpiredError({ namespace, actorId, firstAvailable, isLoad: true }, { cause: error });
    }
  }

  async #load(): Promise<LoadedState<S>> {
    const { to, signal } = this.#options;
    for (let atMost = to ?? Number.MAX_SAFE_INTEGER; this.snapshots !== undefined && atMost > 0;) {
      const snapshot = await this.snapshots.latest(atMost, signal);
      if (snapshot === undefined) break;
      const loaded = this.snapshots.verify ? await this.#verify(snapshot) : await this.#goOnFrom(snapshot);
      if (loaded !== undefined) return loaded;
      atMost = snapshot.version - 1;
    }
    return await this.#replay();
  }

  /** Goes on from a snapshot; `undefined` if the event that it stands on is not there, or another one is. */
  async #goOnFrom(snapshot: Snapshot): Promise<LoadedState<S> | undefined> {
    let progress: Progress<S> | undefined;
    for await (const event of this.#read(snapshot.version)) {
      if (progress === undefined) {
        if (!standsOn(snapshot, event)) return undefined;
        progress = this.#startFrom(snapshot, event);
      } else {
        this.#evolve(progress, event);
      }
    }
    return progress;
  }

  async #isOfThisHistory(snapshot: Snapshot): Promise<boolean> {
    const { version } = snapshot;
    const { signal } = this.#options;
    for await (const event of this.#source.read(this.#actorId, { from: version, to: version, signal })) {
      return standsOn(snapshot, event);
    }
    return false;
  }

  async #replay(): Promise<LoadedState<S>> {
    const progress = this.#start();
    for await (const event of this.#read(1)) this.#evolve(progress, event);
    return progress;
  }

  /**
   * Replays, and compares a snapshot on the way; goes on from it unseen where the events before it have expired.
   * `undefined` if it is of another history.
   */
  async #verify(snapshot: Snapshot): Promise<LoadedState<S> | undefined> {
    if (!await this.#isOfThisHistory(snapshot)) return undefined;
    const progress = this.#start(snapshot.commits !== undefined);
    try {
      for await (const event of this.#read(1)) {
        this.#evolve(progress, event);
        if (!standsOn(snapshot, event) || !this.snapshots!.isSame(snapshot, progress.state)) continue;
        progress.snapshotVersion = snapshot.version;
        progress.tail = new EventsSinceSnapshot(event);
      }
    } catch (error) {
      if (!isAetherError(error, "events-expired")) throw error;
      return await this.#goOnFrom(snapshot);
    }
    return progress;
  }

  #start(hasCommits = false): Progress<S> {
    const tail = this.snapshots && new EventsSinceSnapshot();
    const recent = this.#recent(hasCommits, undefined, 1);
    return { state: initialOf(this.#evolver), version: 0, snapshotVersion: 0, tail, recent };
  }

  /** The last commits, if an id is looked for, or if a snapshot has some, which the next one is to have too. */
  #recent(hasCommits: boolean, older: SnapshotCommits | undefined, readFrom: number): RecentCommits | undefined {
    return hasCommits || this.#commitId !== undefined ? new RecentCommits(this.#commitId, older, readFrom) : undefined;
  }

  #startFrom({ version, state, commits }: Snapshot, stand: RecordedEvent): Progress<S> {
    const recent = this.#recent(commits !== undefined, commits, commits === undefined ? version : version + 1);
    recent?.seeAnchor(stand);
    return { state: state as S, version, snapshotVersion: version, tail: new EventsSinceSnapshot(stand), recent };
  }

  #evolve(progress: Progress<S>, event: RecordedEvent): void {
    progress.state = applyEvent(this.#evolver, progress.state, event);
    progress.version = event.version;
    progress.tail?.add(event);
    progress.recent?.see(event);
  }

  #read(from: number): AsyncIterable<RecordedEvent> {
    const { to, signal } = this.#options;
    return this.#source.read(this.#actorId, { from, to, signal });
  }
}

/** Whether an event is the one of the snapshot's version in the history that the snapshot is of. */
function standsOn(snapshot: Snapshot, { version, id }: RecordedEvent): boolean {
  return version === snapshot.version && id === snapshot.eventId;
}
