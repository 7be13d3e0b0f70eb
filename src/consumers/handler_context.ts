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
  /** 1 for the first call for this event, and one more for each further call by this process. */
  readonly attempt: number;
  /**
   * The fencing token: greater than the token of every earlier owner of the lane. A storage or service can remember the
   * greatest token it has seen and refuse a smaller one. It then refuses a process that was replaced without noticing.
   */
  readonly token: number;
  /**
   * Executes a command that answers this event. However often the event is handled, the command is executed once: its
   * commit id consists of the consumer's name, the event's id and `step`. The decided events have the metadata of
   * {@link metadataFrom}.
   *
   * The commit id is searched among the commits of the actor after this event. If the actor is in another log than the
   * event, the whole remaining history of the actor is searched.
   *
   * @param store See {@link execute}, as `decider`, `actorId` and `command`.
   * @param options See {@link AnswerOptions}. A string is the option `step`.
   * @returns As {@link execute}. A repetition returns the first result, so that the handler continues in the same way.
   * @throws As {@link execute}. It makes up to 20 attempts if others append at the same time.
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
  /** Distinguishes several commands of one event for one actor: visible ASCII characters. */
  readonly step?: string | undefined;
  /**
   * Pairs for the metadata of each decided event. They have priority over those of the handled event. `traceparent` and
   * `tracestate` are one unit: if one of them is given, neither is added.
   */
  readonly metadata?: EventMetadata | undefined;
}

/** Handles an event. If it throws or rejects, the event counts as failed. */
export type EventHandler<V = RecordedEvent> = (event: V, context: HandlerContext) => unknown;

const ANSWER_OPTIONS: ReadonlySet<string> = new Set(["step", "metadata"]);

/** Attempts of a command that answers an event: more than the default of `execute`, because no caller waits. */
const ATTEMPTS = 20;

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

  /** @param derived The trace of the handler, from the observer. */
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
        commitId: await answerId(consumer, event.id, step, isSameNamespace),
        lookback: isSameLog ? { since: event.position } : "all",
        metadata: { ...Object.fromEntries(absentPairs(derived, metadata)), ...metadata },
        attempts: ATTEMPTS,
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

/** The store of an answer. */
interface AnswerTarget {
  /** Whether its namespace is that of the handled event. */
  readonly isSameNamespace: boolean;
  /** Whether it has an observer, which then adds the trace of the append. */
  readonly isObserved: boolean;
}

/**
 * The metadata of an answer: the cause within its namespace, and the trace of the handler. Without an observer that traces,
 * the trace is that of the event.
 *
 * @param handler The trace of the handler's span, if there is one.
 */
function answerMetadata(
  event: RecordedEvent,
  { traceparent, tracestate }: DerivedMetadata = {},
  { isSameNamespace, isObserved }: AnswerTarget,
): EventMetadata {
  const { correlationId, causationId, ...traceOfEvent } = metadataFrom(event);
  const ids = isSameNamespace ? { correlationId, causationId } : {};
  if (traceparent === undefined) return { ...ids, ...traceOfEvent };
  return isObserved ? ids : { ...ids, traceparent, ...(tracestate !== undefined && { tracestate }) };
}

/**
 * The commit id of a command that answers an event: its parts, or a SHA-256 digest of them if they are too long.
 *
 * @param isReadable Whether readers of the commit may see the parts. If `false`, the id is a digest.
 */
export async function answerId(consumer: string, eventId: string, step?: string, isReadable = true): Promise<string> {
  const id = [consumer, eventId, ...step === undefined ? [] : [step]].join("/");
  if (isReadable && id.length <= MAX_ID_LENGTH) return id;
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(id));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
