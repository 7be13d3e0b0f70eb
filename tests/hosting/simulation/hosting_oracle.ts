import type { EventStore, RecordedEvent } from "@flowmade-one/aether";
import { type SeatCommand, type SeatEvents, SEATS, seats } from "../seats.ts";

/**
 * An invariant of hosting:
 *
 * - `termination`: No command still runs at the end of the world.
 * - `stored once`: The events of a command are stored at most once, and exactly once if it was acknowledged.
 * - `consistent versions`: The versions of an actor have no gap. Each commit was decided on the state right before it.
 * - `justified refusal`: A command may be refused, or lead to no events, only if the decider does the same on one of
 *   the states that the actor had between the request and the answer. A command fails only with `SoldOut` or an Aether
 *   error.
 * - `final refusal`: If a caller learned that its command stored nothing, the command is not stored later either. Not
 *   checked if requests may arrive twice.
 * - `matching result`: The events and the answer of a result belong to its commit.
 */
export type HostingInvariant =
  | "termination"
  | "stored once"
  | "consistent versions"
  | "justified refusal"
  | "final refusal"
  | "matching result";

/** A command that stored nothing according to its outcome. */
interface RefusedCommand {
  readonly actorId: string;
  readonly command: SeatCommand;
  readonly commitId: string | undefined;
}

/** Checks the outcomes of commands against the stored events. */
export class HostingOracle {
  /** Each violation begins with its invariant. */
  readonly violations: string[] = [];
  /** The store without faults. */
  readonly #truth: EventStore<SeatEvents>;
  readonly #now: () => number;
  /** The events of each acknowledged result, by commit id. Results without events are left out. */
  readonly #results: Map<string, readonly RecordedEvent[]> = new Map();
  readonly #refused: RefusedCommand[] = [];

  constructor(truth: EventStore<SeatEvents>, now: () => number) {
    this.#truth = truth;
    this.#now = now;
  }

  /** Records the events of a result. */
  acknowledged(events: readonly RecordedEvent[]): void {
    this.#results.set(events[0]!.commitId, events);
  }

  /** Records a command that stored nothing. Not called if the outcome of an earlier attempt is unknown. */
  refused(command: RefusedCommand): void {
    this.#refused.push(command);
  }

  /** Checks that the actor had a state, since the command was issued, on which the command stores no events. */
  async checkNothing(actorId: string, command: SeatCommand, before: number): Promise<void> {
    let state = seats.initial();
    for (const event of [undefined, ...await this.#truth.read(actorId).toArray()]) {
      if (event !== undefined) state = seats.evolve(state, event);
      if ((event?.version ?? 0) < before) continue;
      const { takenBy } = state;
      if ("take" in command ? takenBy.length >= SEATS : !takenBy.includes(command.return)) return;
    }
    this.violate(
      "justified refusal",
      `${JSON.stringify(command)} stored no events, although every state since the request allowed it`,
    );
  }

  /** Checks that the answer is the state at the version of its commit. */
  async checkAnswer(actorId: string, version: number, answer: readonly string[]): Promise<void> {
    const events = await this.#truth.read(actorId, { to: version }).toArray();
    const { takenBy } = events.reduce((state, event) => seats.evolve(state, event), seats.initial());
    if (`${takenBy}` !== `${answer}`) {
      this.violate("matching result", `the answer at version ${version} of ${actorId} is ${answer}, not ${takenBy}`);
    }
  }

  /**
   * Checks all stored events, and compares them with the acknowledged results.
   *
   * @param isFinal Whether requests arrive once, so that a refusal is final.
   */
  async check(actors: number, isFinal: boolean): Promise<void> {
    const stored = new Map<string, RecordedEvent[]>();
    const takes = new Map<string, number>();
    for (let i = 0; i < actors; i++) {
      const actorId = `screening.${i}`;
      let state = seats.initial();
      for (const [index, event] of (await this.#truth.read(actorId).toArray()).entries()) {
        if (event.version !== index + 1) {
          this.violate("consistent versions", `${actorId} has a gap before version ${event.version}`);
        }
        const { by } = event.data;
        const isPossible = event.type === "Taken" ? state.takenBy.length < SEATS : state.takenBy.includes(by);
        if (!isPossible) {
          this.violate("consistent versions", `${actorId}: version ${event.version} was decided on an older state`);
        }
        state = seats.evolve(state, event);
        if (by === "history") continue;
        const key = `${actorId} ${event.commitId}`;
        stored.set(key, [...stored.get(key) ?? [], event as RecordedEvent]);
        if (event.type === "Taken") takes.set(by, (takes.get(by) ?? 0) + 1);
      }
    }
    for (const [by, count] of takes) {
      if (count > 1) this.violate("stored once", `${by} took ${count} seats by one command`);
    }
    for (const [key, { length }] of stored) {
      if (length > 1) this.violate("stored once", `${key} is stored ${length} times`);
    }
    for (const { actorId, command, commitId } of isFinal ? this.#refused : []) {
      const isStored = stored.has(`${actorId} ${commitId}`) || ("take" in command && takes.has(command.take));
      if (isStored) this.violate("final refusal", `${JSON.stringify(command)} was refused, and is stored`);
    }
    for (const [commitId, events] of this.#results) {
      const found = stored.get(`${events[0]!.actorId} ${commitId}`);
      if (found === undefined) this.violate("stored once", `${commitId} was acknowledged and is not stored`);
      else if (JSON.stringify(found) !== JSON.stringify(events)) {
        this.violate("matching result", `the stored events of ${commitId} differ from the events of its result`);
      }
    }
  }

  violate(invariant: HostingInvariant, description: string): void {
    this.violations.push(`${invariant} violated at ${Math.round(this.#now())} ms: ${description}`);
  }
}
