import type { Position } from "../base/position.ts";
import { checkChoice } from "../checks/check_choice.ts";
import { checkFunction } from "../checks/check_function.ts";
import { checkOptions } from "../checks/check_options.ts";
import { checkWholeNumber } from "../checks/check_whole_number.ts";
import { copyEventTypes } from "../checks/copy_event_types.ts";
import { refuseArgument } from "../checks/refuse_argument.ts";
import { DEFAULT_TTL } from "../coordination/coordinator_settings.ts";
import type { RecordedEvent } from "../events/recorded_event.ts";
import { parseActorPattern } from "../values/parse_pattern.ts";
import { parsePosition } from "../values/position.ts";
import { checkConsumerName } from "./consumer_keys.ts";
import type { ConsumerFilter, ConsumerOrder } from "./definition.ts";

/**
 * The action after a handler has failed for an event:
 * - `"retry"`: the lane waits and calls the handler again;
 * - `"park"`: the actor of the event is parked. The event and all later events of the actor wait until an operator
 *   redrives them;
 * - `"skip"`: the event is skipped permanently;
 * - `"stop"`: the lane stops until an operator resumes or resets the consumer, or another process becomes its owner.
 */
export type FailureAction = "retry" | "park" | "skip" | "stop";

/** An event whose handler failed. */
export interface HandlerFailure<V = RecordedEvent> {
  /** The error that the handler threw. */
  readonly error: unknown;
  /** The event. */
  readonly event: V;
  /** How often this process has called the handler for the event, 1 or more. */
  readonly attempt: number;
}

/** Options of {@link consume}. */
export interface ConsumeOptions<V extends { readonly type: string } = RecordedEvent> {
  /**
   * The name of the consumer: 1 to 64 characters of `A-Z a-z 0-9 _ -`. A consumer cannot be renamed. Processes that use
   * the same name share the work. Each namespace has its own consumers.
   */
  readonly name: string;
  /**
   * `"log"`, the default: events are handled one after the other in the order of the log, by one process at a time.
   * `"actor"`: the events of one actor are handled one after the other, in 16 lanes that all processes share. The order
   * cannot be changed later.
   */
  readonly order?: ConsumerOrder | undefined;
  /** Only events of these types. The types cannot be changed later. */
  readonly types?: readonly V["type"][] | undefined;
  /**
   * Only events of actors that match this pattern: see {@link parseActorPattern}. The pattern cannot be changed later.
   */
  readonly actors?: string | undefined;
  /**
   * The place in the log at which a new consumer starts. `"start"`, the default: the start of the log. `"now"`: the
   * end of the log. A position: the first event after it. The process that creates the consumer decides this for all
   * processes.
   */
  readonly from?: "start" | "now" | Position | undefined;
  /**
   * The minimum age of an event in milliseconds before it is handled, 0 to 31,536,000,000, by default 0. A deadline can
   * thus be implemented without a timer. The age is measured by the clocks of the appender and of the handling process.
   */
  readonly delay?: number | undefined;
  /** Decides on an event whose handler failed. By default every event is retried until it is handled. */
  readonly onFailure?: ((failure: HandlerFailure<V>) => FailureAction) | undefined;
  /**
   * Returns the milliseconds until the handler is called again. The arguments are the number of attempts for the event,
   * and a random number that is at least 0 and less than 1. By default, the pause begins with 100 ms and doubles up to
   * 30 s, minus a random part of up to one half.
   */
  readonly backoff?: ((attempt: number, random: number) => number) | undefined;
  /**
   * Milliseconds between two checkpoints of a lane, 0 to 60,000, by default 1,000. A crash may repeat the work since
   * the last checkpoint. With 0, a checkpoint is stored after each event, before the next event is handled.
   */
  readonly saveEvery?: number | undefined;
  /**
   * The time to live of the session of this process: milliseconds of silence after which other processes take over,
   * 1,000 to 600,000; by default 20,000. With the default, a session outlasts each election timeout of a NATS server.
   * All processes must use the same value.
   */
  readonly ttl?: number | undefined;
  /**
   * Called with each failure of the handler, together with the event, and with each failure of the storage. Without
   * `onError`, every error except an outage of the storage becomes an uncaught exception.
   */
  readonly onError?: ((error: unknown, event?: V) => void) | undefined;
}

/** The options of a consumer, after checks and with defaults. */
export interface CheckedConsumeOptions extends ConsumerFilter {
  readonly name: string;
  readonly order: ConsumerOrder;
  readonly from: "start" | "now" | Position;
  readonly delay: number;
  readonly onFailure: (failure: HandlerFailure) => FailureAction;
  readonly backoff: (attempt: number, random: number) => number;
  readonly saveEvery: number;
  readonly ttl: number;
  readonly onError: ((error: unknown, event?: RecordedEvent) => void) | undefined;
}

const CONSUME_OPTIONS: ReadonlySet<string> = new Set([
  "name",
  "order",
  "types",
  "actors",
  "from",
  "delay",
  "onFailure",
  "backoff",
  "saveEvery",
  "ttl",
  "onError",
]);

/** Milliseconds: 365 days. */
const MAX_DELAY = 31_536_000_000;
/** Milliseconds. One save per second has no measurable cost, and a crash repeats at most one second of work. */
export const DEFAULT_SAVE_EVERY = 1_000;
const MAX_SAVE_EVERY = 60_000;
const MIN_TTL = 1_000;
const MAX_TTL = 600_000;

/** Milliseconds of the first pause before a handler is called again. */
const FIRST_BACKOFF = 100;
/** Milliseconds of the longest pause before a handler is called again. */
const LONGEST_BACKOFF = 30_000;

/**
 * Checks the options of `consume`. Each option is read once.
 *
 * @throws {InvalidArgumentError} If an option is not valid.
 * @throws {InvalidPatternError} If `actors` is not a pattern.
 */
export function checkConsumeOptions(options: ConsumeOptions): CheckedConsumeOptions {
  checkOptions(options, CONSUME_OPTIONS, "consume");
  const { name, order = "log", types, actors, from = "start", delay = 0, onFailure, backoff } = options;
  const { saveEvery = DEFAULT_SAVE_EVERY, ttl = DEFAULT_TTL, onError } = options;
  checkConsumerName(name);
  checkChoice(order, "order", ["log", "actor"]);
  checkWholeNumber(delay, "delay", 0, MAX_DELAY, "milliseconds");
  checkWholeNumber(saveEvery, "saveEvery", 0, MAX_SAVE_EVERY, "milliseconds");
  checkWholeNumber(ttl, "ttl", MIN_TTL, MAX_TTL, "milliseconds");
  for (const [option, value] of Object.entries({ onFailure, backoff, onError })) checkFunction(value, option);
  return {
    name,
    order,
    types: types === undefined ? undefined : copyEventTypes(types),
    actors: actors === undefined ? undefined : parseActorPattern(actors),
    from: checkPlace(from, "from", ["start", "now"]),
    delay,
    onFailure: onFailure ?? (() => "retry"),
    backoff: backoff ?? halfJitter,
    saveEvery,
    ttl,
    onError,
  };
}

/**
 * Checks an argument that is a place in the log: a position, or one of some words.
 *
 * @param words The permitted words, such as `"start"`.
 * @throws {InvalidArgumentError} If the value is neither one of the words nor a position.
 */
export function checkPlace<const W extends string>(
  place: W | Position,
  name: string,
  words: readonly W[],
): W | Position {
  if ((words as readonly string[]).includes(place)) return place;
  try {
    return parsePosition(place);
  } catch {
    refuseArgument(name, [...words.map((word) => `"${word}"`), "the position of an event"].join(" or "), place);
  }
}

/**
 * The default of `backoff`. The pause doubles with each attempt up to a maximum, minus a random part of up to one half.
 */
export function halfJitter(attempt: number, random: number): number {
  return Math.min(FIRST_BACKOFF * 2 ** (attempt - 1), LONGEST_BACKOFF) * (1 - random / 2);
}
