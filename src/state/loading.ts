import { isAetherError } from "../error/is_aether_error.ts";
import { EventsExpiredError } from "../error/events_expired_error.ts";
import type { RecordedEvent } from "../event/recorded_event.ts";
import type { Snapshot } from "../snapshot/snapshot_store.ts";
import type { EventSource } from "../store/event_store.ts";
import { ActorSnapshots } from "./actor_snapshots.ts";
import { type AnyEvolver, evolveBy, initialOf } from "./evolve_by.ts";
import { freezePlain } from "./freeze_plain.ts";
import type { Loaded, LoadOptions } from "./options.ts";
import { RecentCommits } from "./recent_commits.ts";
import { Tail } from "./tail.ts";

/** An actor as it was loaded, and what else was seen on the way. */
export interface LoadedActor<S> extends Loaded<S> {
  /** Its events since the snapshot, where the evolver has snapshots. */
  readonly tail: Tail | undefined;
  /** Its last commits, where they were needed, or the snapshot has them. */
  readonly recent: RecentCommits | undefined;
}

/** What a loading begins from, and what it has come to. */
interface Progress<S> {
  state: S;
  version: number;
  snapshotVersion: number;
  tail: Tail | undefined;
  readonly recent: RecentCommits | undefined;
}

/** One loading of an actor. */
export class Loading<S> {
  /** Those of the actor, if the evolver has any. */
  readonly snapshots: ActorSnapshots<S> | undefined;
  readonly #source: EventSource;
  readonly #evolver: AnyEvolver<S>;
  readonly #actorId: string;
  readonly #options: LoadOptions;
  readonly #needsCommits: boolean;

  /** @param needsCommits Whether the actor's last commits are to be noted. */
  constructor(
    source: EventSource,
    evolver: AnyEvolver<S>,
    actorId: string,
    options: LoadOptions,
    needsCommits: boolean,
  ) {
    this.snapshots = ActorSnapshots.of(source, evolver, actorId);
    this.#source = source;
    this.#evolver = evolver;
    this.#actorId = actorId;
    this.#options = options;
    this.#needsCommits = needsCommits;
  }

  /** Loads from the newest snapshot that is of this history, else from the first event. The state is frozen. */
  async run(): Promise<LoadedActor<S>> {
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

  async #load(): Promise<LoadedActor<S>> {
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
  async #goOnFrom(snapshot: Snapshot): Promise<LoadedActor<S> | undefined> {
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

  async #replay(): Promise<LoadedActor<S>> {
    const progress = this.#start();
    for await (const event of this.#read(1)) this.#evolve(progress, event);
    return progress;
  }

  /**
   * Replays, and compares a snapshot on the way; goes on from it unseen where the events before it have expired.
   * `undefined` if it is of another history.
   */
  async #verify(snapshot: Snapshot): Promise<LoadedActor<S> | undefined> {
    if (!await this.#isOfThisHistory(snapshot)) return undefined;
    const progress = this.#start(snapshot.commits !== undefined);
    try {
      for await (const event of this.#read(1)) {
        this.#evolve(progress, event);
        if (!standsOn(snapshot, event) || !this.snapshots!.isSame(snapshot, progress.state)) continue;
        progress.snapshotVersion = snapshot.version;
        progress.tail = new Tail(event);
      }
    } catch (error) {
      if (!isAetherError(error, "events-expired")) throw error;
      return await this.#goOnFrom(snapshot);
    }
    return progress;
  }

  #start(hasCommits = false): Progress<S> {
    const tail = this.snapshots && new Tail();
    const recent = hasCommits || this.#needsCommits ? new RecentCommits([], 1) : undefined;
    return { state: initialOf(this.#evolver), version: 0, snapshotVersion: 0, tail, recent };
  }

  #startFrom({ version, state, commits }: Snapshot, stand: RecordedEvent): Progress<S> {
    const recent = this.#needsCommits || commits !== undefined ? new RecentCommits(commits, version) : undefined;
    // The commit of the event that the snapshot stands on is among those that it has.
    if (commits === undefined) recent?.see(stand);
    return { state: state as S, version, snapshotVersion: version, tail: new Tail(stand), recent };
  }

  #evolve(progress: Progress<S>, event: RecordedEvent): void {
    progress.state = evolveBy(this.#evolver, progress.state, event);
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
