import { MAX_ID_LENGTH } from "../base/limits.ts";
import { checkOptions } from "../checks/check_options.ts";
import { refuseArgument } from "../checks/refuse_argument.ts";
import type { Log } from "../driver/log.ts";
import { absentPairs } from "../events/absent_pairs.ts";
import type { EventMap } from "../events/event_map.ts";
import type { EventMetadata } from "../events/event_metadata.ts";
import { metadataFrom } from "../events/metadata_from.ts";
import type { RecordedEvent } from "../events/recorded_event.ts";
import type { NamespaceObserver } from "../observer/namespace_observer.ts";
import type { DerivedMetadata } from "../observer/observer.ts";
import type { Decider, WithTypes } from "../state/decider.ts";
import { execute } from "../state/execute.ts";
import type { IfPartOf } from "../state/if_part_of.ts";
import type { ExecuteResult } from "../state/options.ts";
import type { EventStore } from "../store/event_store.ts";
import { partsOfLog } from "../store/log_handle.ts";

/** The second argument of a handler. */
export interface HandlerContext {
  /** Aborted when another process may handle the same events. Pass it to all requests that the handler makes. */
  readonly signal: AbortSignal;
  /** How often this process has called the handler for this event, the current call included: 1 or more. */
  readonly attempt: number;
  /**
   * The fencing token: greater than the token of every earlier owner of the lane. A storage or service can remember the
   * greatest token that it has seen, and refuse a smaller token. It thus refuses requests of a process that has not
   * noticed the loss of its lane.
   */
  readonly token: number;
  /**
   * Executes a command in response to this event. This command is called an answer. However often the event is handled,
   * the answer is executed once, because its commit id consists of the consumer's name, the event's id and `step`. In
   * another namespace, the commit id is a digest of these parts and the event's namespace. The decided events have the
   * metadata of {@link metadataFrom}.
   *
   * The commit id is searched among the commits that the actor has received since this event. If the actor is in
   * another log than the event, the whole remaining history of the actor is searched.
   *
   * @param store See {@link execute}, also for `decider`, `actorId` and `command`.
   * @param options See {@link AnswerOptions}. A string is short for the option `step`.
   * @returns As {@link execute}. A repeated call returns the first result, so that the handler continues in the same
   * way.
   * @throws As {@link execute}. If other writers append to the actor at the same time, up to 20 attempts are made.
   */
  readonly execute: ExecuteAnswer;
}

/** See {@link HandlerContext.execute}. */
export type ExecuteAnswer = <S, C, E extends EventMap, D extends EventMap = E>(
  store: EventStore<E>,
  decider: Decider<S, C, NoInfer<E>> | IfPartOf<E, D, Decider<S, C, D> & WithTypes<D>>,
  actorId: string,
  command: NoInfer<C>,
  options?: string | AnswerOptions,
) => Promise<ExecuteResult<S, D>>;

/** Options of {@link HandlerContext.execute}. */
export interface AnswerOptions {
  /** Distinguishes several commands that one event causes for one actor. Visible ASCII characters. */
  readonly step?: string | undefined;
  /**
   * Pairs for the metadata of each decided event. A pair replaces the pair of the handled event with the same key.
   * `traceparent` and `tracestate` are one unit: if one of them is given, neither is taken from the handled event.
   */
  readonly metadata?: EventMetadata | undefined;
}

/** Handles an event. If it throws or rejects, the event counts as failed. */
export type EventHandler<V = RecordedEvent> = (event: V, context: HandlerContext) => unknown;

const ANSWER_OPTIONS: ReadonlySet<string> = new Set(["step", "metadata"]);

/** Maximum attempts of an answer: more than the default of `execute`, because no caller waits for it. */
const MAX_ANSWER_ATTEMPTS = 20;

/** The parts of a context that all events of one term of a lane share. */
export interface SharedContext {
  /** The name of the consumer. */
  readonly consumer: string;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly token: number;
  /** Absent if the backend has no observer. */
  readonly observer: NamespaceObserver | undefined;
}

/** The context of one call. */
export class CallContext implements HandlerContext {
  readonly attempt: number;
  readonly #event: RecordedEvent;
  readonly #shared: SharedContext;
  readonly #derived: DerivedMetadata | undefined;

  /** @param derived The trace context of the handler's span, from the observer. */
  constructor(event: RecordedEvent, attempt: number, shared: SharedContext, derived?: DerivedMetadata) {
    this.attempt = attempt;
    this.#derived = derived;
    this.#event = event;
    this.#shared = shared;
  }

  get signal(): AbortSignal {
    return this.#shared.signal;
  }

  get token(): number {
    return this.#shared.token;
  }

  /** Created on access: most handlers execute no command. */
  get execute(): ExecuteAnswer {
    return async (store, decider, actorId, command, options = {}) => {
      const { consumer, log, signal } = this.#shared;
      const { step, metadata = {} } = toAnswerOptions(options);
      const event = this.#event;
      const isSameLog = partsOfLog(store?.logHandle)?.log === log;
      const isSameNamespace = store?.namespace === event.namespace;
      const target = { isSameNamespace, isObserved: store?.observer !== undefined };
      const derived = answerMetadata(event, this.#derived, target);
      return await execute(store, decider, actorId, command, {
        commitId: await answerId(consumer, event.id, step, isSameNamespace ? undefined : event.namespace),
        lookback: isSameLog ? { since: event.position } : "all",
        metadata: { ...Object.fromEntries(absentPairs(derived, metadata)), ...metadata },
        attempts: MAX_ANSWER_ATTEMPTS,
        signal,
      });
    };
  }
}

function toAnswerOptions(options: string | AnswerOptions): AnswerOptions {
  if (typeof options === "string") return { step: options };
  checkOptions(options, ANSWER_OPTIONS, "execute");
  const { step, metadata } = options;
  if (step !== undefined && typeof step !== "string") refuseArgument("step", "a string", step);
  if (metadata !== undefined && (typeof metadata !== "object" || metadata === null || Array.isArray(metadata))) {
    refuseArgument("metadata", "an object", metadata);
  }
  return { step, metadata };
}

/** The facts about the store of an answer. */
interface AnswerTarget {
  /** Whether the store and the handled event have the same namespace. */
  readonly isSameNamespace: boolean;
  /** Whether the store has an observer, which then adds the trace context of the append. */
  readonly isObserved: boolean;
}

/**
 * Returns the metadata of an answer. The ids of correlation and causation are added only within the namespace of the
 * event. The answer gets the trace context of the handler's span. If the handler has no span, the trace context of the
 * event is used.
 *
 * @param handlerTrace The trace context of the handler's span, if there is one.
 */
function answerMetadata(
  event: RecordedEvent,
  handlerTrace: DerivedMetadata = {},
  { isSameNamespace, isObserved }: AnswerTarget,
): EventMetadata {
  const { correlationId, causationId, ...traceOfEvent } = metadataFrom(event);
  const { traceparent, tracestate } = handlerTrace;
  const ids = isSameNamespace ? { correlationId, causationId } : {};
  if (traceparent === undefined) return { ...ids, ...traceOfEvent };
  return isObserved ? ids : { ...ids, traceparent, ...(tracestate !== undefined && { tracestate }) };
}

/**
 * Returns the commit id of an answer: its parts, or a SHA-256 digest of the parts if they are too long. `/` and `%` in
 * the id of the event are encoded, so that different parts never make the same id.
 *
 * @param namespace The namespace of the event if the answer is in another namespace, whose readers must not see the
 * parts. The id is then a digest that includes the namespace.
 */
export async function answerId(
  consumer: string,
  eventId: string,
  step?: string,
  namespace?: string,
): Promise<string> {
  const encodedEventId = eventId.replace(/[%/]/g, encodeURIComponent);
  const id = [consumer, encodedEventId, ...step === undefined ? [] : [step]].join("/");
  if (namespace === undefined && id.length <= MAX_ID_LENGTH) return id;
  // The name of a consumer contains no ":".
  const hashed = namespace === undefined ? id : `${namespace}:${id}`;
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(hashed));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
