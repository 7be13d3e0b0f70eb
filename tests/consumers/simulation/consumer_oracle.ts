import type { Position, RecordedEvent } from "../../../mod.ts";
import { comesAfter, offsetOf } from "../../../src/values/position.ts";
import { type ConsumerDefinition, laneOf } from "../../../src/consumers/definition.ts";
import { decodeLane, type LaneRecord } from "../../../src/consumers/lane_record.ts";
import type { SimulatedProcess } from "../../cluster/simulation/simulated_process.ts";
import type { SimulatedEventLog } from "./simulated_event_log.ts";
import { OPERATOR } from "./simulated_operator.ts";

/** Milliseconds within which a resumed process aborts the signals of the lanes that it has lost. */
const NOTICE_MS = 400;

/** One call of the handler. */
export interface Call {
  readonly process: SimulatedProcess;
  readonly event: RecordedEvent;
  readonly signal: AbortSignal;
}

/**
 * An invariant of a consumer:
 *
 * - `actor order`: The handling of an event begins only after all earlier events of its actor are done.
 * - `done before saved`: A mark is saved only if every event up to it is done or waits with a parked actor.
 * - `monotonic mark`: The mark of a lane moves back only by a reset.
 * - `exclusive handling`: At most one process with a valid lane handles an actor, one event at a time.
 * - `recovery`: Each lane has one owner and every event is done soon after the faults.
 * - `no repeat after save`: The owner of a lane does not handle an event again that its saved mark covers.
 * - `pause`: A paused lane begins no event.
 * - `forget`: No process with a valid lane handles an event when its lane is emptied, or when the next consumer of the
 *   name is defined.
 */
export type ConsumerInvariant =
  | "actor order"
  | "done before saved"
  | "monotonic mark"
  | "exclusive handling"
  | "recovery"
  | "no repeat after save"
  | "pause"
  | "forget";

/** Observes all calls and records of a consumer, and collects violations of its invariants. */
export class ConsumerOracle {
  /** Each violation begins with its invariant. */
  readonly violations: string[] = [];
  /** Calls of the handler. */
  calls = 0;
  /** Calls for events that were done before. */
  repeats = 0;
  /** Calls that began while another call for the same actor was running. */
  overlaps = 0;
  readonly #log: SimulatedEventLog;
  #order: "log" | "actor";
  /** Whether the consumer is not defined yet, or was forgotten and not defined again. */
  #isForgotten = true;
  readonly #now: () => number;
  /** The ids of events that were handled, or that an operator skipped. */
  readonly #done: Set<string> = new Set();
  /** The running calls, by actor. */
  readonly #running: Map<string, Set<Call>> = new Map();
  readonly #lanes: Map<number, LaneRecord> = new Map();
  /** Lanes that were reset, and whose owner has not saved after it read the reset. */
  readonly #resetLanes: Set<number> = new Set();
  /** Whether the consumer is paused. */
  isPaused = false;
  /** The time at which a process was last resumed, by its name. */
  readonly #resumedAt: Map<string, number> = new Map();

  constructor(log: SimulatedEventLog, order: "log" | "actor", now: () => number) {
    this.#log = log;
    this.#order = order;
    this.#now = now;
  }

  /** The order of the consumer that was defined last. */
  get order(): "log" | "actor" {
    return this.#order;
  }

  get lanes(): ReadonlyMap<number, LaneRecord> {
    return this.#lanes;
  }

  /** The events that are not done. */
  get undone(): readonly RecordedEvent[] {
    return this.#log.events.filter(({ id }) => !this.#done.has(id));
  }

  /** Called when a call of the handler begins. */
  began(call: Call): void {
    const { event } = call;
    this.calls++;
    if (this.#done.has(event.id)) this.repeats++;
    // The owner of a lane that was reset continues until it reads the reset.
    if (!this.#resetLanes.has(this.#laneOf(event))) {
      this.#checkOrder(call);
      this.#checkSaved(call);
      this.#checkPaused(call);
    }
    const running = this.#running.get(event.actorId) ?? new Set();
    for (const other of running) this.#checkOverlap(call, other);
    this.#running.set(event.actorId, running.add(call));
  }

  /** Called when a call has ended. */
  ended(call: Call, isDone: boolean): void {
    this.#running.get(call.event.actorId)?.delete(call);
    if (isDone) this.#done.add(call.event.id);
  }

  /** Called when a process was killed: its calls never end. */
  killed(process: SimulatedProcess): void {
    for (const running of this.#running.values()) {
      for (const call of running) if (call.process === process) running.delete(call);
    }
  }

  /** Called when a paused process has continued. */
  resumed(process: SimulatedProcess): void {
    this.#resumedAt.set(process.name, this.#now());
  }

  /** Called when a definition was stored; `undefined` if the consumer is forgotten. */
  definitionStored(definition: ConsumerDefinition | undefined): void {
    this.isPaused = definition?.paused === true;
    if (definition !== undefined && this.#isForgotten) {
      this.#order = definition.order;
      this.#checkIdle(() => true);
      this.#done.clear();
      this.#lanes.clear();
      this.#resetLanes.clear();
    }
    this.#isForgotten = definition === undefined;
  }

  /** Called when the record of a lane was stored. */
  stored(lane: number, value: Uint8Array, by: string): void {
    if (value.length === 0) {
      this.#lanes.delete(lane);
      this.#checkIdle((event) => this.#laneOf(event) === lane);
      return;
    }
    const record = decodeLane(value);
    const before = this.#lanes.get(lane);
    this.#lanes.set(lane, record);
    const isReset = (before?.resets ?? 0) !== record.resets;
    if (isReset) this.#reset(lane, record.mark?.position);
    else if (by !== OPERATOR) this.#resetLanes.delete(lane);
    if (record.mark === undefined) {
      if (before?.mark !== undefined && !isReset) {
        this.violate("monotonic mark", `${by} removes the mark of lane ${lane}`);
      }
      return;
    }
    const { position } = record.mark;
    if (before?.mark !== undefined && !isReset && comesAfter(before.mark.position, position)) {
      this.violate("monotonic mark", `${by} moves the mark of lane ${lane} back`);
    }
    if (offsetOf(position) > this.#log.offset) return;
    const parked = new Map(record.parked.map(({ actorId, version }) => [actorId, version]));
    for (const event of this.#log.events) {
      if (comesAfter(event.position, position)) break;
      if (this.#laneOf(event) !== lane || event.version >= (parked.get(event.actorId) ?? Infinity)) continue;
      if (!this.#done.has(event.id)) {
        this.violate("done before saved", `${by} saves lane ${lane} past ${nameOf(event)}`);
      }
    }
  }

  /** Applies the reset of a lane: events up to the new mark count as done, and later events do not. */
  #reset(lane: number, position: Position | undefined): void {
    this.#resetLanes.add(lane);
    for (const event of this.#log.events) {
      if (this.#laneOf(event) !== lane) continue;
      if (position !== undefined && !comesAfter(event.position, position)) this.#done.add(event.id);
      else this.#done.delete(event.id);
    }
  }

  #checkOrder({ process, event }: Call): void {
    for (const { actorId, version, id } of this.#log.events) {
      if (actorId !== event.actorId || version >= event.version || this.#done.has(id)) continue;
      this.violate("actor order", `${process.name} begins ${nameOf(event)} before version ${version} is done`);
    }
  }

  /** Checks that the owner of a lane does not handle an event again that the saved mark covers. */
  #checkSaved({ process, event, signal }: Call): void {
    const record = this.#lanes.get(this.#laneOf(event));
    if (record?.mark === undefined || comesAfter(event.position, record.mark.position)) return;
    if (event.version >= (record.parked.find(({ actorId }) => actorId === event.actorId)?.version ?? Infinity)) return;
    if (!this.#done.has(event.id) || this.#mayBeStale(process, signal)) return;
    this.violate("no repeat after save", `${process.name} repeats ${nameOf(event)}`);
  }

  #checkPaused({ process, event, signal }: Call): void {
    const record = this.#lanes.get(this.#laneOf(event));
    if (!this.isPaused || !record?.paused || this.#mayBeStale(process, signal)) return;
    this.violate("pause", `${process.name} begins ${nameOf(event)} in a paused lane`);
  }

  /** Checks that no process with a valid lane handles an event. */
  #checkIdle(isConcerned: (event: RecordedEvent) => boolean): void {
    for (const call of [...this.#running.values()].flatMap((calls) => [...calls])) {
      if (!isConcerned(call.event) || this.#mayBeStale(call.process, call.signal)) continue;
      this.violate("forget", `${call.process.name} handles ${nameOf(call.event)}`);
    }
  }

  #checkOverlap({ process, event }: Call, other: Call): void {
    this.overlaps++;
    if (other.process === process) {
      this.violate("exclusive handling", `${process.name} handles ${event.actorId} twice at once`);
    } else if (!this.#mayBeStale(other.process, other.signal)) {
      this.violate("exclusive handling", `${process.name} handles ${event.actorId} beside ${other.process.name}`);
    }
  }

  /** Whether a process may not have noticed yet that it has lost a lane. */
  #mayBeStale(process: SimulatedProcess, signal: AbortSignal): boolean {
    const resumed = this.#resumedAt.get(process.name) ?? -Infinity;
    return signal.aborted || process.isPaused || this.#now() - resumed < NOTICE_MS;
  }

  #laneOf({ actorId }: RecordedEvent): number {
    return laneOf({ order: this.#order }, actorId);
  }

  /** Records a violation, unless there are five already. */
  violate(invariant: ConsumerInvariant, description: string): void {
    if (this.violations.length >= 5) return;
    this.violations.push(`${invariant} violated at ${Math.round(this.#now())} ms: ${description}`);
  }
}

function nameOf({ actorId, version }: RecordedEvent): string {
  return `${actorId}@${version}`;
}
