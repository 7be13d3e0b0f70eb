import type { RecordEntry } from "../driver/records.ts";
import { partitionOf, PARTITIONS } from "../values/partition.ts";
import type { Mark } from "./mark.ts";

/**
 * The order in which events are handled. `"log"`: all events in the order of the log. `"actor"`: the events of each
 * actor in the order of its versions.
 */
export type ConsumerOrder = "log" | "actor";

/** The filter of a consumer: it handles only matching events. */
export interface ConsumerFilter {
  /** If present, only events of these types. */
  readonly types?: readonly string[] | undefined;
  /** If present, only events of actors that match this pattern. */
  readonly actors?: string | undefined;
}

/**
 * The definition that all members of a consumer share. The first member stores it. Later, only `pause` and `resume`
 * change it.
 */
export interface ConsumerDefinition extends ConsumerFilter {
  readonly order: ConsumerOrder;
  /**
   * A lane that has no mark of its own starts after this mark. If absent, the lane starts with the first event of the
   * log.
   */
  readonly from?: Mark | undefined;
  /** Whether an operator has paused the consumer. */
  readonly paused: boolean;
  /** The number of calls of `resume` so far. When it changes, each member starts its failed lanes again. */
  readonly resumes: number;
}

/**
 * The value of a definition's record while its consumer is being deleted: the lanes may still have records. See
 * `finish_forgetting.ts`.
 */
export const FORGETTING: Uint8Array = new TextEncoder().encode('{"forgetting":true}');

/** Whether the record of a definition shows that its consumer is being deleted. */
export function isForgetting(entry: RecordEntry | undefined): entry is RecordEntry {
  return entry?.value.length === FORGETTING.length && entry.value.every((byte, i) => byte === FORGETTING[i]);
}

/** Whether the record of a definition shows that its consumer exists. The definition may be corrupt. */
export function isDefined(entry: RecordEntry | undefined): entry is RecordEntry {
  return entry !== undefined && entry.value.length > 0 && !isForgetting(entry);
}

/** Encodes a definition as the value of its record. */
export function encodeDefinition(definition: ConsumerDefinition): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(definition));
}

/**
 * Decodes the value of a definition's record; `undefined` if the consumer does not exist, or the value cannot be
 * decoded.
 */
export function decodeDefinition(value: Uint8Array | undefined): ConsumerDefinition | undefined {
  if (value === undefined || value.length === 0) return undefined;
  try {
    const definition = JSON.parse(new TextDecoder().decode(value));
    return definition.order === "log" || definition.order === "actor" ? definition : undefined;
  } catch {
    return undefined;
  }
}

/** The number of lanes of a consumer. */
export function lanesOf({ order }: Pick<ConsumerDefinition, "order">): number {
  return order === "log" ? 1 : PARTITIONS;
}

/** The index of the lane that handles the events of an actor. */
export function laneOf({ order }: Pick<ConsumerDefinition, "order">, actorId: string): number {
  return order === "log" ? 0 : partitionOf(actorId, PARTITIONS);
}

/**
 * Describes the first difference between the stored definition of a consumer and the options of a process: the order,
 * the types or the actors differ. Returns `undefined` if they are equal.
 *
 * @param nameOf Returns the current name of an event type.
 */
export function definitionDifference(
  stored: ConsumerDefinition,
  given: ConsumerDefinition,
  nameOf: (type: string) => string,
): string | undefined {
  const pairs = [
    ["order", stored.order, given.order],
    ["types", formatTypes(stored.types?.map(nameOf)), formatTypes(given.types?.map(nameOf))],
    ["actors", stored.actors ?? ">", given.actors ?? ">"],
  ] as const;
  const changed = pairs.find(([, before, now]) => before !== now);
  return changed && `${changed[0]} is ${changed[1]}, not ${changed[2]}`;
}

function formatTypes(types: readonly string[] | undefined): string {
  return types === undefined ? "any" : [...new Set(types)].sort().join(", ");
}
