import type { Commit } from "../commits/commit.ts";
import { checkCommitSize } from "../commits/check_commit_size.ts";
import { prepareEvent } from "../commits/prepare_event.ts";
import { recordCommit } from "../commits/record_commit.ts";
import type { AnyEvents } from "../events/event_map.ts";
import { eventTypesOf } from "../events/events.ts";
import type { EventTypes } from "../events/event_types.ts";
import { NO_METADATA } from "../events/freeze_metadata.ts";
import type { NewEvent } from "../events/new_event.ts";
import type { RecordedEvent } from "../events/recorded_event.ts";
import { DEFAULT_MAX_COMMIT_BYTES } from "../base/limits.ts";
import { parseNamespace } from "../values/parse_namespace.ts";
import { UNKNOWN_LOG_IDENTITY } from "../values/log_identity.ts";
import type { Decider } from "./decider.ts";
import { evolveFrozen, initialOf } from "./apply_event.ts";
import { prepareDecided } from "./prepare_decided.ts";

/** The log of events in tests of deciders. It does not exist: each real log refuses the positions of these events. */
const LOG = { namespace: parseNamespace("given"), identity: UNKNOWN_LOG_IDENTITY };
const ACTOR = "given";

/** The events of an actor in a test, without a store. */
export class DeciderHistory<S> {
  /** The state after the events; frozen. */
  readonly state: S;
  /** The event types that validate events; `undefined` if the decider's map was not made from schemas. */
  readonly types: EventTypes | undefined;
  readonly #decider: Pick<Decider<S, never, AnyEvents>, "initial" | "evolve" | "events">;
  readonly #version: number;

  constructor(
    decider: Pick<Decider<S, never, AnyEvents>, "initial" | "evolve" | "events">,
    events: readonly NewEvent[],
  ) {
    this.#decider = decider;
    this.types = eventTypesOf(decider.events);
    this.#version = events.length;
    const recorded = events.map((event, i) => {
      const { event: prepared } = prepareEvent(event, `given[${i}]`, { ...testSettings(i + 1), types: this.types });
      return record([prepared], i + 1)[0]!;
    });
    this.state = evolveFrozen(decider, initialOf(decider), recorded);
  }

  /** The state after more events. */
  after(events: readonly RecordedEvent[]): S {
    return evolveFrozen(this.#decider, this.state, events);
  }

  /** Checks the result of `decide`, and records its events as a store does. */
  record(decided: unknown): RecordedEvent[] {
    const first = this.#version + 1;
    const { newId } = testSettings(first);
    const all = prepareDecided(decided, ACTOR, NO_METADATA, newId, this.types);
    const events = all.map(({ prepared }) => prepared);
    checkCommitSize("append to", ACTOR, { timestamp: 0, events }, Infinity, DEFAULT_MAX_COMMIT_BYTES);
    return record(events, first);
  }
}

/** Settings whose new ids are derived from versions, so that each run of a test gets the same ids. */
function testSettings(version: number) {
  let next = version;
  return { newId: () => `event-${next++}`, maxCommitBytes: DEFAULT_MAX_COMMIT_BYTES };
}

function record(events: Commit["events"], firstVersion: number): RecordedEvent[] {
  const commit = { actorId: ACTOR, id: `commit-${firstVersion}`, timestamp: 0, events };
  return recordCommit(LOG, commit, firstVersion, firstVersion);
}
