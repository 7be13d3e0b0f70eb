import type { SharedSession } from "../coordination/coordinator_pool.ts";
import { nameOfSession } from "../coordination/session_record.ts";
import { ShardClaims } from "../coordination/shard_claims.ts";
import type { EventTypes } from "../events/event_types.ts";
import { toEventFilter } from "../store/event_filter.ts";
import { prefixOf } from "./consumer_keys.ts";
import { type ConsumerDefinition, decodeDefinition, laneOf, lanesOf } from "./definition.ts";
import type { LaneContext, LaneEvents } from "./lane_context.ts";
import { LaneClaim } from "./lane_claim.ts";

/** The parts that a member of a consumer needs. */
export interface MemberContext extends Omit<LaneContext, "coordinator" | "isPaused" | "from"> {
  /** The session of this process. Other consumers of the process may use it too. */
  readonly sharedSession: SharedSession;
  /** Stores the definition again after its record was lost. */
  readonly redefine: () => Promise<void>;
  readonly definitionKey: string;
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
  #definition: ConsumerDefinition;
  #isRedefining = false;
  #closing: Promise<void> | undefined;

  constructor(context: MemberContext, definition: ConsumerDefinition) {
    const { sharedSession: { coordinator }, options } = context;
    this.#context = context;
    this.#definition = definition;
    const count = lanesOf(definition);
    const laneContext = {
      ...context,
      coordinator,
      from: definition.from,
      isPaused: () => this.#definition.paused,
    };
    const toClaim = (lane: number, isWanted: () => boolean) =>
      new LaneClaim(laneContext, lane, laneEvents(definition, context.eventTypes, lane, count), isWanted);
    this.#lanes = new ShardClaims(coordinator, prefixOf(options.name), count, toClaim);
    this.#stepListener = coordinator.onStep(() => this.#readDefinition());
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
      await new Promise<void>((resolve) => {
        const stepListener = coordinator.onStep(() => {
          stepListener[Symbol.dispose]();
          resolve();
        });
      });
    }
  }

  #readDefinition(): void {
    const { sharedSession: { coordinator }, definitionKey } = this.#context;
    if (!coordinator.isValid || this.#closing !== undefined) return;
    const before = this.#definition;
    const definition = decodeDefinition(coordinator.record(definitionKey)?.value);
    if (definition === undefined) return this.#redefine();
    this.#definition = definition;
    if (definition.resumes !== before.resumes) { for (const claim of this.#lanes.claims) claim.resume(); }
    else if (definition.paused !== before.paused) { for (const claim of this.#lanes.claims) claim.pause(); }
  }

  #redefine(): void {
    if (this.#isRedefining) return;
    this.#isRedefining = true;
    const { redefine, report } = this.#context;
    redefine().catch(report).finally(() => this.#isRedefining = false);
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
