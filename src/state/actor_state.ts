import type { RecordedEvent } from "../events/recorded_event.ts";
import type { ActorSnapshots } from "./actor_snapshots.ts";
import { type AnyEvolver, evolveFrozen } from "./apply_event.ts";
import { EventsSinceSnapshot } from "./events_since_snapshot.ts";
import { freezePlain, type FreezeState } from "./freeze_plain.ts";
import type { RecentCommits } from "./recent_commits.ts";
import type { LoadedState } from "./state_loader.ts";

/** The state of an actor in memory, with its last commits and its events since the snapshot. */
export class ActorState<S> {
  state: S;
  version: number;
  readonly recent: RecentCommits | undefined;
  readonly #evolver: AnyEvolver<S>;
  readonly #freeze: FreezeState;
  readonly #snapshots: ActorSnapshots<S> | undefined;
  #sinceSnapshot: EventsSinceSnapshot | undefined;

  /** @param freeze {@link freezePlain} by default. */
  constructor(
    evolver: AnyEvolver<S>,
    { state, version, recent, sinceSnapshot }: LoadedState<S>,
    snapshots: ActorSnapshots<S> | undefined,
    freeze: FreezeState = freezePlain,
  ) {
    this.state = state;
    this.version = version;
    this.recent = recent;
    this.#evolver = evolver;
    this.#freeze = freeze;
    this.#snapshots = snapshots;
    this.#sinceSnapshot = sinceSnapshot;
  }

  /**
   * Applies the next events.
   *
   * @throws {EvolveError} If `evolve` fails. The state is then unusable.
   */
  advance(events: readonly RecordedEvent[]): void {
    this.state = evolveFrozen(this.#evolver, this.state, events, undefined, this.#freeze);
    for (const event of events) {
      this.version = event.version;
      this.#sinceSnapshot?.add(event);
      this.recent?.add(event);
    }
  }

  /** Starts writing a snapshot if the policy requires one. The caller does not wait for it. */
  writeSnapshotIfDue(): void {
    const last = this.#sinceSnapshot?.last;
    if (!this.#snapshots?.writeIfDue(this.state, this.#sinceSnapshot!, this.recent)) return;
    this.#sinceSnapshot = new EventsSinceSnapshot(last);
  }
}
