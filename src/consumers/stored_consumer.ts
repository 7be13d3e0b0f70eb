import type { Namespace } from "../base/namespace.ts";
import type { Position } from "../base/position.ts";
import { checkOptions } from "../checks/check_options.ts";
import { checkSignalOption } from "../checks/check_signal_option.ts";
import { refuseArgument } from "../checks/refuse_argument.ts";
import type { Environment } from "../coordination/environment.ts";
import { SESSIONS_PREFIX } from "../coordination/session_record.ts";
import type { Log } from "../driver/log.ts";
import { readRecords } from "../driver/read_records.ts";
import type { Records } from "../driver/records.ts";
import { InvalidArgumentError } from "../errors/invalid_argument_error.ts";
import { isAetherError } from "../errors/is_aether_error.ts";
import type { EventTypes } from "../events/event_types.ts";
import type { CloseScope } from "../lifecycle/close_scope.ts";
import { Operation } from "../lifecycle/operation.ts";
import { runInterruptible } from "../lifecycle/run_interruptible.ts";
import type { ConsumerControl, ConsumerStatus, ParkedActor, WaitOptions } from "./consumer.ts";
import { definitionKey, laneKey, prefixOf } from "./consumer_keys.ts";
import { checkPlace } from "./consumer_options.ts";
import { membersOf, toStatus } from "./consumer_status.ts";
import { corruptDefinition, markOf } from "./define_consumer.ts";
import {
  type ConsumerDefinition,
  decodeDefinition,
  encodeDefinition,
  isDefined,
  isForgetting,
  laneOf,
  lanesOf,
} from "./definition.ts";
import { countLag } from "./lane_lag.ts";
import { decodeLane, encodeLane, type LaneRecord, startOf } from "./lane_record.ts";
import { haveLanesReached } from "./lanes_reached.ts";
import { type Mark, markBeforeFirst } from "./mark.ts";
import { requestRedrive, resetTo, skipEvent } from "./lane_edits.ts";
import { sleep } from "./sleep.ts";

/** The parts of a store that the control of a consumer needs. */
export interface StoredConsumerContext {
  readonly namespace: Namespace;
  readonly log: Log;
  /** The event types of the store's map, if it was made from schemas. */
  readonly eventTypes: EventTypes | undefined;
  readonly records: Records;
  readonly environment: Environment;
  /** The lifetime of the store. */
  readonly lifetime: CloseScope;
  /** See `forgetConsumer`. */
  readonly forget: (signal: AbortSignal | undefined) => Promise<void>;
}

/** The records of a consumer, decoded. */
interface Stored {
  readonly definition: ConsumerDefinition;
  /** The revision of the record of the definition. */
  readonly revision: number;
  /** The records of the lanes, in order. The revision is 0 if the record does not exist. */
  readonly lanes: readonly { readonly record: LaneRecord; readonly revision: number }[];
}

const WAIT_OPTIONS: ReadonlySet<string> = new Set(["signal"]);

/** Milliseconds between the first two reads of the records during a wait. Each further pause is twice as long. */
const FIRST_PAUSE_MS = 5;
/** Maximum milliseconds between two reads of the records during a wait. */
const LONGEST_PAUSE_MS = 250;

/** Maximum milliseconds until a change is repeated after it conflicted with another change. */
const MAX_RETRY_MS = 20;

/** The attempted operation in the errors of `status`. */
const READ_STATUS = "read the status of";
/** The attempted operation in the errors of `caughtUp` and `reached`. */
const WAIT = "wait for";

/** Controls a consumer by reading and changing its records. */
export class StoredConsumer implements ConsumerControl {
  readonly name: string;
  readonly #context: StoredConsumerContext;

  constructor(name: string, context: StoredConsumerContext) {
    this.name = name;
    this.#context = context;
  }

  async status(options: WaitOptions = {}): Promise<ConsumerStatus> {
    return await this.#interruptible(READ_STATUS, signalOf(options, "status"), (signal) => this.#status(signal));
  }

  async #status(signal: AbortSignal): Promise<ConsumerStatus> {
    const { log, eventTypes, records, environment } = this.#context;
    const { definition, lanes } = await this.#read(READ_STATUS, signal);
    const sessions = await readRecords(records, SESSIONS_PREFIX, signal);
    const stored = lanes.map(({ record }) => record);
    const now = environment.wallTime();
    const lags = await countLag(log, { definition, eventTypes, lanes: stored, now, signal });
    return toStatus(this.name, definition, membersOf(this.name, sessions.values()), stored, lags, now);
  }

  async caughtUp(options: WaitOptions = {}): Promise<void> {
    await this.#interruptible(WAIT, signalOf(options, "caughtUp"), async (signal) => {
      const last = await markOf(this.#context, "now", signal);
      await this.#wait(last?.position, signal);
    });
  }

  async reached(position: Position, options: WaitOptions = {}): Promise<void> {
    const signal = signalOf(options, "reached");
    checkPlace(position, "position", []);
    await this.#interruptible(WAIT, signal, async (workSignal) => {
      const mark = await markOf(this.#context, position, workSignal);
      await this.#wait(mark?.position, workSignal);
    });
  }

  async pause(): Promise<void> {
    await this.#redefine("pause", (definition) => ({ ...definition, paused: true }));
  }

  async resume(): Promise<void> {
    await this.#redefine("resume", (definition) => ({ ...definition, paused: false, resumes: definition.resumes + 1 }));
  }

  async reset(to: "start" | "now" | "oldest-available" | Position): Promise<void> {
    checkPlace(to, "to", ["start", "now", "oldest-available"]);
    const { definition } = await this.#read("reset");
    const mark = to === "oldest-available" ? await this.#oldestMark() : await markOf(this.#context, to);
    for (let lane = 0; lane < lanesOf(definition); lane++) await this.#edit("reset", () => lane, resetTo(mark));
  }

  async parked(): Promise<readonly ParkedActor[]> {
    const { lanes } = await this.#read("list the parked actors of");
    return lanes.flatMap(({ record }, lane) =>
      record.parked.map(({ redrive, ...entry }) => ({ ...entry, lane, isRedriven: redrive === true }))
    );
  }

  redrive(actorId: string): Promise<void> {
    return this.#editActor("redrive", actorId, requestRedrive(actorId));
  }

  skip(actorId: string): Promise<void> {
    return this.#editActor("skip", actorId, async (record) => {
      const entry = record.parked.find((entry) => entry.actorId === actorId);
      const firstRemaining = entry === undefined ? 1 : await this.#firstRemaining(actorId, entry.version);
      return skipEvent(actorId, firstRemaining)(record);
    });
  }

  async forget(options: WaitOptions = {}): Promise<void> {
    const { records, forget } = this.#context;
    const signal = signalOf(options, "forget");
    const stored = await this.#interruptible("forget", signal, (workSignal) => {
      return readRecords(records, prefixOf(this.name), workSignal);
    });
    const definition = stored.get(definitionKey(this.name));
    if (!isDefined(definition) && !isForgetting(definition)) throw this.#missing("forget");
    await forget(signal);
  }

  /** Returns the mark before the first event that has not expired, or at the end of the log if no event remains. */
  async #oldestMark(): Promise<Mark | undefined> {
    return await markBeforeFirst(this.#context.log) ?? await markOf(this.#context, "now");
  }

  /** Returns the version of the first event of an actor, from a version on, that has not expired. */
  async #firstRemaining(actorId: string, version: number): Promise<number> {
    const range = { from: version, to: Number.MAX_SAFE_INTEGER, backwards: false, limit: 1 };
    try {
      for await (const _page of this.#context.log.readActor(actorId, range, undefined)) break;
    } catch (error) {
      if (isAetherError(error, "events-expired")) return error.firstAvailable as number;
      // The owner of the lane reports an event that cannot be decoded.
      if (!isAetherError(error, "corrupt-data")) throw error;
    }
    return version;
  }

  #check(verb: string): void {
    this.#context.lifetime.check(`${verb} the consumer "${this.name}"`);
  }

  /**
   * Does work until it ends, the signal is aborted or the store is closed.
   *
   * @throws {AbortError} At once, if the signal is aborted.
   * @throws {ClosedError} At once, if the store is closed.
   */
  async #interruptible<T>(
    verb: string,
    signal: AbortSignal | undefined,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    return await runInterruptible(
      work,
      Operation.begin(this.#context.lifetime, `${verb} the consumer`, this.name, signal),
    );
  }

  #missing(verb: string): InvalidArgumentError {
    return new InvalidArgumentError(
      `Cannot ${verb} the consumer "${this.name}": it does not exist in namespace "${this.#context.namespace}". Call ` +
        `consume with this name first`,
      { argument: "name" },
    );
  }

  async #read(verb: string, signal?: AbortSignal): Promise<Stored> {
    this.#check(verb);
    const { records, namespace } = this.#context;
    const entries = await readRecords(records, prefixOf(this.name), signal);
    const stored = entries.get(definitionKey(this.name));
    if (!isDefined(stored)) throw this.#missing(verb);
    const definition = decodeDefinition(stored.value);
    if (definition === undefined) throw corruptDefinition(`${verb} the consumer`, this.name, namespace);
    const lanes = Array.from({ length: lanesOf(definition) }, (_, lane) => {
      const entry = entries.get(laneKey(this.name, lane));
      return { record: startOf(decodeLane(entry?.value), definition.from), revision: entry?.revision ?? 0 };
    });
    return { definition, revision: stored.revision, lanes };
  }

  /** Waits until every lane has reached a position, or the signal is aborted. */
  async #wait(position: Position | undefined, signal: AbortSignal): Promise<void> {
    const { environment, log } = this.#context;
    for (let pause = FIRST_PAUSE_MS; !signal.aborted; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
      const { lanes } = await this.#read(WAIT, signal);
      const stored = lanes.map(({ record }) => record);
      if (position === undefined || await haveLanesReached(log, stored, position, signal)) return;
      await sleep(environment, pause, signal);
    }
  }

  async #redefine(verb: string, change: (definition: ConsumerDefinition) => ConsumerDefinition): Promise<void> {
    await this.#repeatUntilStored(async () => {
      const { definition, revision } = await this.#read(verb);
      return await this.#context.records.put(definitionKey(this.name), encodeDefinition(change(definition)), revision);
    });
  }

  /** Changes the record of the lane of an actor. Throws if the change returns `undefined`. */
  async #editActor(
    verb: string,
    actorId: string,
    change: (record: LaneRecord) => LaneRecord | undefined | Promise<LaneRecord | undefined>,
  ): Promise<void> {
    if (typeof actorId !== "string") refuseArgument("actorId", "the id of an actor", actorId);
    const lane = (definition: ConsumerDefinition) => laneOf(definition, actorId);
    await this.#edit(`${verb} an event of`, lane, async (record) => {
      const changed = await change(record);
      if (changed !== undefined) return changed;
      throw new InvalidArgumentError(
        `Cannot ${verb} an event: no event of the actor "${actorId}" waits in the consumer "${this.name}". See ` +
          `parked() and status()`,
        { argument: "actorId" },
      );
    });
  }

  /** Changes the record of a lane. Its owner stays the same, and reads and applies the change. */
  async #edit(
    verb: string,
    laneIn: (definition: ConsumerDefinition) => number,
    change: (record: LaneRecord) => LaneRecord | Promise<LaneRecord>,
  ): Promise<void> {
    await this.#repeatUntilStored(async () => {
      const { definition, lanes } = await this.#read(verb);
      const lane = laneIn(definition);
      const { record, revision } = lanes[lane]!;
      const changed = await change(record);
      const progressAt = this.#context.environment.wallTime();
      const edited = { ...changed, edits: record.edits + 1, progressAt };
      return await this.#context.records.put(laneKey(this.name, lane), encodeLane(edited), revision);
    });
  }

  /** Repeats a change until its compare-and-set succeeds. */
  async #repeatUntilStored(change: () => Promise<number | undefined>): Promise<void> {
    const { environment } = this.#context;
    const never = new AbortController();
    while (await change() === undefined) await sleep(environment, environment.random() * MAX_RETRY_MS, never.signal);
  }
}

function signalOf(options: WaitOptions, of: string): AbortSignal | undefined {
  checkOptions(options, WAIT_OPTIONS, of);
  const { signal } = options;
  checkSignalOption(signal);
  return signal;
}
