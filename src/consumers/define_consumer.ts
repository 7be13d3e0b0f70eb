import type { Position } from "../base/position.ts";
import type { Namespace } from "../base/namespace.ts";
import type { Coordinator } from "../coordination/coordinator.ts";
import type { Log } from "../driver/log.ts";
import { readRecords } from "../driver/read_records.ts";
import type { Records } from "../driver/records.ts";
import { CorruptDataError } from "../errors/corrupt_data_error.ts";
import type { EventTypes } from "../events/event_types.ts";
import { TooLargeError } from "../errors/too_large_error.ts";
import { InvalidArgumentError } from "../errors/invalid_argument_error.ts";
import { UnknownPositionError } from "../errors/unknown_position_error.ts";
import { endOfCommit, logIdentityOf, offsetOf } from "../values/position.ts";
import { definitionKey, prefixOf } from "./consumer_keys.ts";
import type { CheckedConsumeOptions } from "./consumer_options.ts";
import {
  type ConsumerDefinition,
  decodeDefinition,
  definitionDifference,
  encodeDefinition,
  isDefined,
  isForgetting,
} from "./definition.ts";
import { finishForgetting } from "./finish_forgetting.ts";
import type { Mark } from "./mark.ts";

/** Bytes of a definition, below `MAX_RECORD_BYTES`: `resumes` may grow. */
const MAX_DEFINITION_BYTES = 65_000;

/** The parts of a member that the definition of its consumer depends on. */
export interface DefinitionContext {
  readonly namespace: Namespace;
  /** The log that the option `from` refers to. */
  readonly log: Pick<Log, "latestCommit">;
  /** The records that contain the definition. */
  readonly records: Records;
  readonly coordinator: Coordinator;
  readonly options: CheckedConsumeOptions;
  /** The event types of the store. A former name of a type equals its current name. */
  readonly eventTypes: EventTypes | undefined;
}

/**
 * Reads the stored definition of a consumer, or stores a definition if the consumer is new. If the consumer is being
 * deleted, first finishes the deletion.
 *
 * @throws {InvalidArgumentError} If the stored definition differs from the options, or `types` contains a type that the
 * event map does not have.
 * @throws {UnknownPositionError} If the consumer is new, and `from` belongs to another log or lies beyond the end of
 * the log.
 * @throws {CorruptDataError} If the stored definition cannot be decoded.
 * @throws {TooLargeError} If the consumer is new, and its definition has more than 65,000 bytes.
 */
export async function defineConsumer(
  context: DefinitionContext,
  signal: AbortSignal,
): Promise<ConsumerDefinition> {
  const { records, coordinator, options: { name, types, from }, eventTypes } = context;
  if (types !== undefined) eventTypes?.storedNames(types);
  const key = definitionKey(name);
  while (true) {
    const record = (await readRecords(records, prefixOf(name), signal)).get(key);
    const revision = record?.revision ?? 0;
    if (isDefined(record)) return checkStored(context, record.value);
    if (isForgetting(record)) {
      await finishForgetting(name, records, coordinator, signal);
      continue;
    }
    const definition = { ...definitionIn(context.options), from: await markOf(context, from, signal) };
    const value = encodeDefinition(definition);
    checkSize(name, value.length);
    if (await records.put(key, value, revision, signal) !== undefined) return definition;
  }
}

/** Returns the definition that the options of a member contain, without `from`. */
function definitionIn({ order, types, actors }: CheckedConsumeOptions): ConsumerDefinition {
  return { order, types, actors, paused: false, resumes: 0 };
}

/** Describes the first difference between a stored definition and the options of a member. */
function differenceFrom(
  definition: ConsumerDefinition,
  { options, eventTypes }: Pick<DefinitionContext, "options" | "eventTypes">,
): string | undefined {
  return definitionDifference(definition, definitionIn(options), (type) => eventTypes?.currentName(type) ?? type);
}

/**
 * Decodes the value of a definition's record. Returns `undefined` if a member with these options must not handle
 * events: the consumer does not exist, its definition differs from the options, or it cannot be decoded.
 */
export function decodeMatching(
  value: Uint8Array | undefined,
  context: Pick<DefinitionContext, "options" | "eventTypes">,
): ConsumerDefinition | undefined {
  const definition = decodeDefinition(value);
  return definition !== undefined && differenceFrom(definition, context) === undefined ? definition : undefined;
}

function checkSize(name: string, bytes: number): void {
  if (bytes <= MAX_DEFINITION_BYTES) return;
  throw new TooLargeError(
    `Cannot consume as "${name}": its definition has ${bytes} bytes, and the limit is ${MAX_DEFINITION_BYTES} bytes. ` +
      `Pass fewer types`,
    { bytes, maxBytes: MAX_DEFINITION_BYTES },
  );
}

function checkStored(context: DefinitionContext, value: Uint8Array): ConsumerDefinition {
  const { namespace, options: { name } } = context;
  const definition = decodeDefinition(value);
  if (definition === undefined) throw corruptDefinition("consume as", name, namespace);
  const difference = differenceFrom(definition, context);
  if (difference === undefined) return definition;
  // The description of the difference begins with the name of the option.
  throw new InvalidArgumentError(
    `Cannot consume as "${name}": its ${difference}. Use another name, or forget the consumer first`,
    { argument: difference.slice(0, difference.indexOf(" ")) },
  );
}

/**
 * The error for a stored definition that cannot be decoded.
 *
 * @param verb Forms a phrase with the name of the consumer, such as `consume as`.
 */
export function corruptDefinition(verb: string, name: string, namespace: Namespace): CorruptDataError {
  return new CorruptDataError(
    `Cannot ${verb} "${name}": the definition of the consumer cannot be decoded. Forget the consumer, or use the ` +
      `release that stored it`,
    { namespace },
  );
}

/**
 * Returns the mark for a place in the log: a lane that continues after the mark handles the events after that place.
 *
 * @returns `undefined` for the start of the log, and for `"now"` if the log never had a commit.
 * @throws {UnknownPositionError} If a position belongs to another log or lies beyond the end of the log.
 */
export async function markOf(
  { log, namespace }: Pick<DefinitionContext, "log" | "namespace">,
  place: "start" | "now" | Position,
  signal?: AbortSignal,
): Promise<Mark | undefined> {
  if (place === "start") return undefined;
  const last = await log.latestCommit(signal);
  if (place === "now") return last && { position: endOfCommit(last.identity, last.offset) };
  if (last === undefined || last.identity !== logIdentityOf(place) || last.offset < offsetOf(place)) {
    throw new UnknownPositionError(namespace);
  }
  return { position: place };
}
