import type { Brand } from "../base/brand.ts";
import type { Namespace } from "../base/namespace.ts";
import type { Position } from "../base/position.ts";
import { quote } from "../base/quote.ts";
import { InvalidArgumentError } from "../errors/invalid_argument_error.ts";
import { isAetherError } from "../errors/is_aether_error.ts";
import { UnknownPositionError } from "../errors/unknown_position_error.ts";
import type { RecordedEvent } from "../events/recorded_event.ts";
import { comesAfter, endOfCommit, logIdentityOf, offsetOf, parsePosition } from "../values/position.ts";
import type { ProjectionSource } from "./projection_source.ts";

/**
 * The progress of a read model: an opaque string of at most 500 ASCII characters. A model stores it unchanged, in the
 * same transaction as its changes. It contains the position and the id of an event, and the namespace. If a log was
 * restored from an older copy and has grown again, the event at the position has another id.
 */
export type Mark = string & Brand<"mark">;

/** The parts of a mark, without its namespace. */
export interface MarkParts {
  readonly position: Position;
  /** The id of the event at the position. */
  readonly eventId: string;
}

/** Makes the mark of a model that contains every wanted event up to this event. */
export function toMark({ position, id, namespace }: Pick<RecordedEvent, "position" | "id" | "namespace">): Mark {
  return `${position} ${id} ${namespace}` as Mark;
}

/**
 * Parses a mark that a model returned.
 *
 * @param mark `undefined` for a model that has no event yet.
 * @param namespace The namespace that is projected.
 * @throws {InvalidArgumentError} If the value is not a mark, or the mark belongs to another namespace.
 */
export function parseMark(mark: unknown, namespace: Namespace): MarkParts | undefined {
  if (mark === undefined) return undefined;
  const parts = typeof mark === "string" ? mark.split(" ") : [];
  const position = parts.length === 3 ? tryParsePosition(parts[0]!) : undefined;
  if (position === undefined) {
    throw new InvalidArgumentError(
      `Cannot project namespace "${namespace}": mark() returned ${
        quote(mark)
      }, which is not a mark. Return the mark that ` +
        `apply() stored last, unchanged, or undefined if apply() stored none`,
      { argument: "mark" },
    );
  }
  const [, eventId, markedNamespace] = parts as [string, string, string];
  if (markedNamespace !== namespace) {
    throw new InvalidArgumentError(
      `Cannot project namespace "${namespace}": the mark of the model belongs to namespace "${markedNamespace}". Use a model ` +
        `of its own for each namespace`,
      { argument: "mark" },
    );
  }
  return { position, eventId };
}

/**
 * Checks that the event of a mark is still at its position. The check passes if the event has expired.
 *
 * @throws {UnknownPositionError} If the position has another event or no event.
 */
export async function verifyMark(
  source: Pick<ProjectionSource<RecordedEvent>, "namespace" | "readAll">,
  { position, eventId }: MarkParts,
  signal: AbortSignal,
): Promise<void> {
  const offset = offsetOf(position);
  const after = offset > 1 ? endOfCommit(logIdentityOf(position), offset - 1) : "start";
  try {
    for await (const event of source.readAll({ after, raw: true, signal })) {
      if (comesAfter(position, event.position)) continue;
      if (event.position === position && event.id === eventId) return;
      break;
    }
  } catch (error) {
    if (isAetherError(error, "events-expired")) return;
    throw error;
  }
  throw new UnknownPositionError(source.namespace);
}

/**
 * Checks that a position belongs to the log.
 *
 * @throws {UnknownPositionError} If it belongs to another log, or lies beyond the end of the log.
 */
export async function verifyPosition(
  source: Pick<ProjectionSource<RecordedEvent>, "readAll">,
  position: Position,
  signal: AbortSignal,
): Promise<void> {
  for await (const _event of source.readAll({ after: position, raw: true, signal })) return;
}

/** Whether the position of a mark is after the position of an earlier mark of the same log. */
export function isForward(previous: Position | undefined, position: Position | undefined): boolean {
  if (position === undefined) return false;
  return previous === undefined ||
    logIdentityOf(previous) === logIdentityOf(position) && comesAfter(position, previous);
}

function tryParsePosition(value: string): Position | undefined {
  try {
    return parsePosition(value);
  } catch {
    return undefined;
  }
}

/**
 * Checks that a model has stored the mark that `apply()` received. Another process may have moved its mark since.
 *
 * @param stored The result of `mark()` after `apply()`.
 * @param before The mark before `apply()`.
 * @throws {InvalidArgumentError} If the model has not stored the mark, or has changed it.
 */
export function checkStoredMark(
  stored: Mark | undefined,
  applied: Mark,
  before: Mark | undefined,
  namespace: Namespace,
): void {
  if (stored === applied) return;
  const isChanged = parseMark(stored, namespace)?.position === parseMark(applied, namespace)?.position;
  if (stored === before || isChanged) throw markNotStored(namespace);
}

/** The error for a model whose `mark()` does not return the mark that `apply()` received. */
function markNotStored(namespace: Namespace): InvalidArgumentError {
  return new InvalidArgumentError(
    `Cannot project namespace "${namespace}": mark() does not return the mark that apply() received. Store the mark ` +
      `in the transaction of the changes. If apply() is asynchronous, return a promise`,
    { argument: "model" },
  );
}
