import type { Log, LogRange } from "../driver/log.ts";
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
const MAX_COUNTED_EVENTS = 10_000;

/** The codes of errors that end the count. */
const UNCOUNTABLE_CODES = ["corrupt-data", "unknown-position", "events-expired"] as const;

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

/**
 * Counts the waiting events of each lane by one read of the log, which begins after the lowest mark of the lanes. If
 * events expire during the read, the remaining events are counted.
 */
export async function countLag(log: Pick<Log, "readLog">, consumer: CountedConsumer): Promise<LaneLag[]> {
  try {
    return await countFrom(log, startOf(consumer), consumer);
  } catch (error) {
    if (!isAetherError(error, "events-expired")) throw error;
    return await countFrom(log, { from: "oldest-available", reached: 0, identity: undefined }, consumer);
  }
}

/** The start of a read of the log. */
type Start = Pick<LogRange, "from" | "reached" | "identity">;

/** @throws {EventsExpiredError} If the start is a position, and events after it have expired. */
async function countFrom(
  log: Pick<Log, "readLog">,
  start: Start,
  { definition, eventTypes, lanes, now, signal }: CountedConsumer,
): Promise<LaneLag[]> {
  const counts: Count[] = lanes.map(() => ({ events: 0, oldest: undefined }));
  const parked = lanes.map((lane) => new Set(lane.parked.map(({ actorId }) => actorId)));
  const isKnown = definition.types?.every((type) => eventTypes?.currentName(type) !== undefined) ?? false;
  const isWanted = toEventFilter(definition, isKnown ? eventTypes : undefined) ?? (() => true);
  const range = {
    ...start,
    to: Infinity,
    backwards: false,
    actors: definition.actors as ActorPattern | undefined,
    limit: MAX_COUNTED_EVENTS + 1,
  };
  let read = 0;
  try {
    for await (const page of log.readLog(range, signal)) {
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
    const isFromPosition = start.from !== "oldest-available";
    if (isFromPosition && isAetherError(error, "events-expired")) throw error;
    // An event cannot be decoded, or the log was restored and does not contain the positions of the marks. Each lane
    // reports this error itself. Or events expire faster than they are read.
    if (!UNCOUNTABLE_CODES.some((code) => isAetherError(error, code))) throw error;
    return toLag(counts, now, false);
  }
  return toLag(counts, now, true);
}

/** The start of the log after the lowest mark of the lanes. */
function startOf({ lanes }: CountedConsumer): Start {
  const marks = lanes.map(({ mark }) => mark);
  const [lowest] = marks.includes(undefined)
    ? []
    : marks.toSorted((a, b) => comesAfter(a!.position, b!.position) ? 1 : -1);
  return rangeAfter(lowest);
}

function toLag(counts: readonly Count[], now: number, isComplete: boolean): LaneLag[] {
  return counts.map(({ events, oldest }) => ({
    events,
    milliseconds: oldest === undefined ? 0 : Math.max(0, now - oldest),
    isComplete,
  }));
}
