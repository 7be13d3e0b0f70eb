import { MAX_ID_LENGTH } from "../base/limits.ts";
import type { Log } from "../driver/log.ts";
import type { EventMap } from "../events/event_map.ts";
import type { EventMetadata } from "../events/event_metadata.ts";
import { metadataFrom } from "../events/metadata_from.ts";
import type { RecordedEvent } from "../events/recorded_event.ts";
import type { NamespaceObserver } from "../observer/namespace_observer.ts";
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
   * The fencing token: greater than that of every earlier owner of the lane. A storage or service that remembers the
   * greatest one it has seen can refuse a process that was replaced and does not know it yet.
   */
  readonly token: number;
  /**
   * Executes a command that answers this event. However often the event is handled, the command is executed once: its
   * commit id is made of the consumer's name, the event's id and `step`. The decided events carry the metadata of
   * {@link metadataFrom}.
   *
   * The commit id is looked for among the commits of the actor after this event. If the actor is in another log than the
   * event, it is looked for in the whole history of the actor that is left.
   *
   * @param store See {@link execute}, as `decider`, `actorId` and `command`.
   * @param step Distinguishes several commands that one event leads to for one actor: visible ASCII characters.
   * @returns As {@link execute}: at a repetition the earlier result, so that the handler continues in the same way.
   * @throws As {@link execute}. It decides up to 20 times if others append at the same time.
   */
  readonly execute: ExecuteAnswer;
}

/** See {@link HandlerContext.execute}. */
export type ExecuteAnswer = <S, C, E extends EventMap, D extends EventMap = E>(
  store: EventStore<E>,
  decider: Decider<S, C, NoInfer<E>> | IfPartOf<E, D, Decider<S, C, D> & WithTypes<D>>,
  actorId: string,
  command: NoInfer<C>,
  step?: string,
) => Promise<ExecuteResult<S, D>>;

/** Handles an event. If it throws or rejects, the event counts as failed. */
export type EventHandler<V = RecordedEvent> = (event: V, context: HandlerContext) => unknown;

/** Attempts of a command that answers an event: no caller waits, so that late is better than never. */
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

  constructor(event: RecordedEvent, attempt: number, shared: SharedContext) {
    this.attempt = attempt;
    this.#event = event;
    this.#shared = shared;
  }

  get signal(): AbortSignal {
    return this.#shared.signal;
  }

  get token(): number {
    return this.#shared.token;
  }

  /** Made when it is read: most handlers execute nothing. */
  get execute(): ExecuteAnswer {
    return async (store, decider, actorId, command, step) => {
      const { consumer, log, signal, observer } = this.#shared;
      const isSameLog = partsOfLog(store?.logHandle)?.log === log;
      return await execute(store, decider, actorId, command, {
        commitId: await answerId(consumer, this.#event.id, step),
        lookback: isSameLog ? { since: this.#event.position } : "all",
        metadata: observer === undefined ? metadataFrom(this.#event) : causeOf(this.#event),
        attempts: ATTEMPTS,
        signal,
      });
    };
  }
}

/** The metadata of an answer without its trace, which the observer adds: the handler's span is in it. */
function causeOf(event: RecordedEvent): EventMetadata {
  const { correlationId, causationId } = metadataFrom(event);
  return { correlationId, causationId };
}

/** The commit id of a command that answers an event: its parts, or a SHA-256 digest of them if they are too long. */
export async function answerId(consumer: string, eventId: string, step?: string): Promise<string> {
  const id = [consumer, eventId, ...step === undefined ? [] : [step]].join("/");
  if (id.length <= MAX_ID_LENGTH) return id;
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(id));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
