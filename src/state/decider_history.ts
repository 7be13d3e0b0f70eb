import type { Commit } from "../commit/commit.ts";
import { prepareCommit } from "../commit/prepare_commit.ts";
import { prepareEvent } from "../commit/prepare_event.ts";
import { recordCommit } from "../commit/record_commit.ts";
import type { AnyEvents } from "../event/event_map.ts";
import type { NewEvent } from "../event/new_event.ts";
import type { RecordedEvent } from "../event/recorded_event.ts";
import { DEFAULT_MAX_COMMIT_BYTES } from "../limits.ts";
import { parseNamespace } from "../namespace/parse_namespace.ts";
import type { Decider } from "./decider.ts";
import { evolveBy, initialOf } from "./evolve_by.ts";
import { freezePlain } from "./freeze_plain.ts";

/** What tests of deciders call the namespace and the actor, as events and errors show them. */
const NAMESPACE = parseNamespace("given");
const ACTOR = "given";

/** What has happened to an actor that is in no store. */
export class DeciderHistory<S> {
  /** What the events made of the initial state; frozen. */
  readonly state: S;
  readonly #decider: Pick<Decider<S, never, AnyEvents>, "initial" | "evolve">;
  readonly #version: number;

  constructor(decider: Pick<Decider<S, never, AnyEvents>, "initial" | "evolve">, events: readonly NewEvent[]) {
    this.#decider = decider;
    this.#version = events.length;
    const recorded = events.map((event, i) => {
      const { event: prepared } = prepareEvent(event, `given[${i}]`, settings(i + 1));
      return record([prepared], i + 1)[0]!;
    });
    this.state = this.#evolve(freezePlain(initialOf(decider)), recorded);
  }

  /** What the state becomes by more events. */
  after(events: readonly RecordedEvent[]): S {
    return this.#evolve(this.state, events);
  }

  /** What was decided on, checked and recorded as a store does it. */
  record(decided: readonly NewEvent[]): RecordedEvent[] {
    if (Array.isArray(decided) && decided.length === 0) return [];
    const first = this.#version + 1;
    return record(prepareCommit(ACTOR, decided, this.#version, undefined, settings(first)).events, first);
  }

  #evolve(state: S, events: readonly RecordedEvent[]): S {
    return events.reduce((state, event) => freezePlain(evolveBy(this.#decider, state, event)), state);
  }
}

/** Made of versions, so that a test sees the same each time. */
function settings(version: number) {
  let next = version;
  return { now: () => 0, newId: () => `event-${next++}`, maxCommitBytes: DEFAULT_MAX_COMMIT_BYTES };
}

function record(events: Commit["events"], firstVersion: number): RecordedEvent[] {
  const commit = { actorId: ACTOR, id: `commit-${firstVersion}`, timestamp: 0, events };
  return recordCommit(NAMESPACE, commit, firstVersion, firstVersion);
}
