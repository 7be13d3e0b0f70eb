import { COMMIT_ID_LOOKBACK } from "../base/limits.ts";
import type { ClusterCalls } from "../cluster/cluster.ts";
import { isAetherError } from "../errors/is_aether_error.ts";
import { parseActorId } from "../values/parse_actor_id.ts";
import type { HostContext } from "./host_context.ts";
import { answerOf, freezeMessage } from "./hosted_answer.ts";
import { toCommandSettings } from "./host_options.ts";
import type { KeptActor } from "./kept_actor.ts";
import type { OwnedActors } from "./owned_actors.ts";
import {
  type CommandReply,
  type CommandRequest,
  decodeRequest,
  encodeReply,
  type HandBackReason,
} from "./request_message.ts";

/** The session to which a request was sent, and the time of its arrival. */
interface Arrival {
  readonly session: string;
  /** Milliseconds by the clock of the host. */
  readonly time: number;
}

/**
 * Executes the commands that other nodes send. A command that fails or decides no events is handed back. The caller
 * then decides the command with its own decider, and gets the result or the error, with its class.
 */
export class RequestHandler<S, C> {
  readonly #context: HostContext<S, C>;
  readonly #actors: OwnedActors<S, C>;
  readonly #calls: Pick<ClusterCalls, "maxBytes">;

  constructor(context: HostContext<S, C>, actors: OwnedActors<S, C>, calls: Pick<ClusterCalls, "maxBytes">) {
    this.#context = context;
    this.#actors = actors;
    this.#calls = calls;
  }

  /**
   * Answers a request. Does not reject.
   *
   * @param session The session of this node to which the request was sent.
   */
  async answer(bytes: Uint8Array, session: string): Promise<Uint8Array> {
    const request = decodeRequest(bytes);
    const reply = encodeReply(request === undefined ? handedBack("unsupported") : await this.#serve(request, session));
    // A reply of this size contains stored events: the caller finds the commit when it executes the command.
    return reply.length > this.#calls.maxBytes ? encodeReply(handedBack("too-large")) : reply;
  }

  #serve(request: CommandRequest, session: string): Promise<CommandReply> {
    const { observer } = this.#context.store;
    if (observer === undefined) return this.#handle(request, session);
    const facts = { name: "serve", actorId: request.actorId, caller: request.trace ?? {} } as const;
    return observer.run(facts, () => this.#handle(request, session), () => ({}));
  }

  async #handle(request: CommandRequest, session: string): Promise<CommandReply> {
    const arrival = { session, time: this.#context.environment.now() };
    if (request.needsAnswer && this.#context.settings.answer === undefined) return handedBack("unsupported");
    let isInTurn = false;
    try {
      const actorId = parseActorId(request.actorId);
      return await this.#actors.inTurn(actorId, undefined, (actor) => {
        isInTurn = true;
        return this.#execute(actor, request, arrival);
      });
    } catch (error) {
      // `decide` may throw the same error.
      if (!isInTurn && isAetherError(error, "overloaded")) return { kind: "overloaded", capacity: error.capacity };
      return handedBack(isAetherError(error, "outcome-unknown") ? "unknown" : "no-result");
    }
  }

  async #execute(actor: KeptActor<S>, request: CommandRequest, arrival: Arrival): Promise<CommandReply> {
    const { environment, settings: { cluster, maxRequestAge }, settings, retry, counts } = this.#context;
    const { command, commitId, issuedAfter, options } = request;
    if (environment.now() - arrival.time > maxRequestAge) {
      counts.overdue++;
      return handedBack("overdue");
    }
    // Other nodes may have taken over: the process was frozen or cut off.
    if (cluster !== undefined && cluster.session !== arrival.session) return handedBack("no-session");
    const source = actor.source();
    const state = await source.get(commitId, undefined);
    // Versions only increase: a late copy of this request is refused in the same way.
    if (state.version - issuedAfter > COMMIT_ID_LOOKBACK) return { kind: "again", version: state.version };
    counts.served++;
    const result = await this.#actors.execute(actor.id, freezeMessage(command, "command") as C, {
      ...toCommandSettings({ ...options, commitId }, retry),
      issuedAfter,
      checkState: (next) => void answerOf(settings, next as S),
    }, source);
    if (result.events.length === 0) return handedBack("no-result");
    const { state: next, ...done } = result;
    try {
      return { kind: "done", ...done, answer: answerOf(settings, next) };
    } catch {
      return handedBack("unknown");
    }
  }
}

function handedBack(reason: HandBackReason): CommandReply {
  return { kind: "handed-back", reason };
}
