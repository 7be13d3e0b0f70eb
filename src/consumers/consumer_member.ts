import type { SharedSession } from "../coordination/coordinator_pool.ts";
import { nameOfSession } from "../coordination/session_record.ts";
import { ShardClaims } from "../coordination/shard_claims.ts";
import type { EventTypes } from "../events/event_types.ts";
import { isAetherError } from "../errors/is_aether_error.ts";
import { toEventFilter } from "../store/event_filter.ts";
import { definitionKey, prefixOf } from "./consumer_keys.ts";
import { decodeMatching } from "./define_consumer.ts";
import { type ConsumerDefinition, laneOf, lanesOf } from "./definition.ts";
import type { LaneContext, LaneEvents } from "./lane_context.ts";
import { LaneClaim } from "./lane_claim.ts";

/** The parts that a member of a consumer needs. */
export interface MemberContext extends Omit<LaneContext, "coordinator" | "definition"> {
  /** The session of this process. Other consumers of the process may use it too. */
  readonly sharedSession: SharedSession;
  /** Stores the definition again after its record was lost or the consumer was forgotten. */
  readonly redefine: (signal: AbortSignal) => Promise<unknown>;
  /** Ends the membership after an error that a repetition cannot fix. */
  readonly leave: () => void;
  /** The event types of the store's map, if it was made from schemas. */
  readonly eventTypes: EventTypes | undefined;
}

/**
 * The membership of this process in a consumer. Until it is closed, this process owns the lanes that placement assigns
 * to it.
 */
export class ConsumerMember implements AsyncDisposable {
  readonly #context: MemberContext;
  readonly #lanes: ShardClaims<LaneClaim>;
  readonly #stepListener: Disposable;
  readonly #closed: AbortController = new AbortController();
  /** The last definition by which this member could handle events. */
  #definition: ConsumerDefinition;
  /** The definition whose `paused` and `resumes` the lanes follow. */
  #followed: ConsumerDefinition;
  /** The revision of the definition's record that this member has last decoded. */
  #revision = 0;
  /** Whether this member may handle events by that record. */
  #isDefined = false;
  #isRedefining = false;
  #closing: Promise<void> | undefined;

  constructor(context: MemberContext, definition: ConsumerDefinition) {
    const { sharedSession: { coordinator }, options } = context;
    this.#context = context;
    this.#definition = this.#followed = definition;
    const count = lanesOf(definition);
    const laneContext = {
      ...context,
      coordinator,
      definition: () => this.#definition,
    };
    const toClaim = (lane: number, isAssigned: () => boolean) => {
      const isWanted = () => isAssigned() && this.#readDefinition();
      return new LaneClaim(laneContext, lane, laneEvents(definition, context.eventTypes, lane, count), isWanted);
    };
    this.#lanes = new ShardClaims(coordinator, prefixOf(options.name), count, toClaim);
    this.#stepListener = coordinator.onStep(() => this.#followDefinition());
    // The definition may be newer than the records that the coordinator has read.
    coordinator.scan();
  }

  /** The name of this process in the status of the consumer. */
  get member(): string {
    return nameOfSession(this.#context.sharedSession.coordinator.session);
  }

  /** The numbers of the lanes that this process owns, in order. */
  get owned(): readonly number[] {
    return this.#lanes.owned;
  }

  close(): Promise<void> {
    return this.#closing ??= this.#close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    const { sharedSession } = this.#context;
    this.#closed.abort();
    // The session continues until the last handler has ended, so that no other process handles the same event
    // meanwhile.
    await this.#lanes.close();
    await this.#untilReleased();
    this.#stepListener[Symbol.dispose]();
    await sharedSession[Symbol.asyncDispose]();
  }

  /** Waits until this member has released its lanes, so that other processes can own them. */
  async #untilReleased(): Promise<void> {
    const { coordinator } = this.#context.sharedSession;
    const isOwned = ({ key, codec }: LaneClaim) => {
      const record = coordinator.record(key);
      return record !== undefined && codec.ownerOf(record.value) === coordinator.session;
    };
    while (coordinator.isValid && this.#lanes.claims.some(isOwned)) {
      await coordinator.nextStep();
    }
  }

  /**
   * Reads the definition, if the coordinator has read another revision of its record. Returns whether this member may
   * handle events: otherwise, the record was lost, the consumer is being forgotten, or the definition differs from the
   * options.
   */
  #readDefinition(): boolean {
    const { sharedSession: { coordinator }, options } = this.#context;
    const { value, revision = 0 } = coordinator.record(definitionKey(options.name)) ?? {};
    if (revision === this.#revision) return this.#isDefined;
    const definition = decodeMatching(value, this.#context);
    this.#revision = revision;
    this.#isDefined = definition !== undefined;
    this.#definition = definition ?? this.#definition;
    return this.#isDefined;
  }

  #followDefinition(): void {
    if (!this.#context.sharedSession.coordinator.isValid || this.#closing !== undefined) return;
    if (!this.#readDefinition()) return void this.#redefine();
    const before = this.#followed;
    const { paused, resumes } = this.#followed = this.#definition;
    if (resumes !== before.resumes) { for (const claim of this.#lanes.claims) claim.resume(); }
    else if (paused !== before.paused) { for (const claim of this.#lanes.claims) claim.pause(); }
  }

  async #redefine(): Promise<void> {
    if (this.#isRedefining) return;
    this.#isRedefining = true;
    const { redefine, report, leave, sharedSession: { coordinator } } = this.#context;
    try {
      await redefine(this.#closed.signal);
      coordinator.scan();
    } catch (error) {
      if (this.#closing !== undefined) return;
      report(error);
      if (isAetherError(error) && !error.isRetryable) leave();
    } finally {
      this.#isRedefining = false;
    }
  }
}

/** Determines which events belong to a lane. */
function laneEvents(
  definition: ConsumerDefinition,
  eventTypes: EventTypes | undefined,
  lane: number,
  count: number,
): LaneEvents {
  const filter = toEventFilter(definition, eventTypes);
  if (count === 1) return { isWanted: filter ?? (() => true) };
  return {
    partition: lane,
    isWanted: (event) => laneOf(definition, event.actorId) === lane && (filter?.(event) ?? true),
  };
}
