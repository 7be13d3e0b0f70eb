import type { Claim, ClaimCodec, ClaimRecord, StopReason } from "../coordination/claim.ts";
import { laneKey } from "./consumer_keys.ts";
import { Lane } from "./lane.ts";
import type { LaneContext, LaneEvents } from "./lane_context.ts";
import { laneCodec } from "./lane_record.ts";

/**
 * The claim of one lane. For each term, it starts a {@link Lane}. At the end of the term, it releases the claim with
 * the progress of the lane.
 */
export class LaneClaim implements Claim {
  readonly key: string;
  readonly codec: ClaimCodec;
  readonly isWanted: () => boolean;
  readonly #context: LaneContext;
  readonly #events: LaneEvents;
  #lane: Lane | undefined;
  #settled: Promise<void> = Promise.resolve();

  constructor(context: LaneContext, lane: number, events: LaneEvents, isWanted: () => boolean) {
    this.key = laneKey(context.options.name, lane);
    const { environment, options: { delay } } = context;
    this.codec = laneCodec({ delay, wallTime: () => environment.wallTime() });
    this.isWanted = isWanted;
    this.#context = context;
    this.#events = events;
  }

  /** Resolves when no term is running. */
  get settled(): Promise<void> {
    return this.#settled;
  }

  start(_term: number, record: ClaimRecord): void {
    const lane = new Lane(this.#context, this.#events, this, record);
    this.#lane = lane;
    this.#settled = lane.ended.then(() => {
      this.#lane = undefined;
      this.#context.coordinator.settle(this, { done: false, release: lane.release });
    });
  }

  stop(reason: StopReason): void {
    this.#lane?.stop(reason);
  }

  changed(record: ClaimRecord): void {
    this.#lane?.recordChanged(record);
  }

  /** Called when the consumer was paused. */
  pause(): void {
    this.#lane?.interrupt();
  }

  /** Called when the consumer was resumed. */
  resume(): void {
    this.#lane?.resume();
  }
}
