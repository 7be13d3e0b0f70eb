import type { Log, Page } from "../driver/log.ts";
import { isAetherError } from "../errors/is_aether_error.ts";
import type { EventTypes } from "../events/event_types.ts";
import { toEventFilter } from "../store/event_filter.ts";
import { comesAfter } from "../values/position.ts";
import type { ActorPattern } from "../values/pattern.ts";
import type { LaneLag } from "./consumer.ts";
import { type ConsumerDefinition, laneOf } from "./definition.ts";
import type { LaneRecord } from "./lane_record.ts";
import { rangeAfter } from "./mark.ts";

/** Maximum number of events of the log that are read to count the waiting events of all lanes. */
export const MAX_COUNTED_EVENTS = 10_000;

/** The codes of errors that end the count. */
const UNCOUNTABLE_CODES = ["corrupt-data", "unknown-position"] as const;

/** The waiting events of a lane, as counted so far. */
interface Count {
  events: number;
  /** The timestamp of the oldest waiting event. */
  oldest: number | undefined;
}

/** A consumer whose waiting events are counted. */
export interface CountedConsumer {
  readonly definition: ConsumerDefinition;
  /**
   * The event types of the store. If they lack a type of the consumer's filter, the filter compares stored names only.
   */
  readonly eventTypes: EventTypes | undefined;
  /** The records of the lanes, in order. */
  readonly lanes: readonly LaneRecord[];
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly signal: AbortSignal | undefined;
}

/** Counts the waiting events of each lane by one read of the log, which begins after the lowest mark of the lanes. */
export async function countLag(
  log: Pick<Log, "readLog">,
  { definition, eventTypes, lanes, now, signal }: CountedConsumer,
): Promise<LaneLag[]> {
  const counts: Count[] = lanes.map(() => ({ events: 0, oldest: undefined }));
  const parked = lanes.map((lane) => new Set(lane.parked.map(({ actorId }) => actorId)));
  const isKnown = definition.types?.every((type) => eventTypes?.currentName(type) !== undefined) ?? false;
  const isWanted = toEventFilter(definition, isKnown ? eventTypes : undefined) ?? (() => true);
  let read = 0;
  try {
    for await (const page of readFrom(log, definition, lanes, signal)) {
      for (const event of page) {
        if (read++ >= MAX_COUNTED_EVENTS) return toLag(counts, now, false);
        const lane = laneOf(definition, event.actorId);
        const mark = lanes[lane]!.mark?.position;
        if (mark !== undefined && !comesAfter(event.position, mark)) continue;
        if (!isWanted(event) || parked[lane]!.has(event.actorId)) continue;
        counts[lane]!.events++;
        counts[lane]!.oldest ??= event.timestamp;
      }
    }
  } catch (error) {
    // An event cannot be decoded, or the log was restored and does not contain the positions of the marks. Each lane
    // reports this error itself.
    if (!UNCOUNTABLE_CODES.some((code) => isAetherError(error, code))) throw error;
    return toLag(counts, now, false);
  }
  return toLag(counts, now, true);
}

/** Reads the log after the lowest mark of the lanes. Skips expired events. */
async function* readFrom(
  log: Pick<Log, "readLog">,
  { actors }: ConsumerDefinition,
  lanes: readonly LaneRecord[],
  signal: AbortSignal | undefined,
): AsyncGenerator<Page, void, void> {
  const marks = lanes.map(({ mark }) => mark);
  const [lowest] = marks.includes(undefined)
    ? []
    : marks.toSorted((a, b) => comesAfter(a!.position, b!.position) ? 1 : -1);
  const rest = {
    to: Infinity,
    backwards: false,
    actors: actors as ActorPattern | undefined,
    limit: MAX_COUNTED_EVENTS + 1,
  };
  try {
    yield* log.readLog({ ...rangeAfter(lowest), ...rest }, signal);
  } catch (error) {
    if (!isAetherError(error, "events-expired")) throw error;
    yield* log.readLog({ from: "oldest-available", reached: 0, identity: undefined, ...rest }, signal);
  }
}

function toLag(counts: readonly Count[], now: number, isComplete: boolean): LaneLag[] {
  return counts.map(({ events, oldest }) => ({
    events,
    milliseconds: oldest === undefined ? 0 : Math.max(0, now - oldest),
    isComplete,
  }));
}
