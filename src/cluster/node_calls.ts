import type { Coordinator } from "../coordination/coordinator.ts";
import { SESSIONS_PREFIX } from "../coordination/session_record.ts";
import type { CallAddress, CallOptions, Calls } from "../driver/calls.ts";
import type { ClusterCalls, NodeService, SessionHandler } from "./cluster.ts";

/**
 * The requests of one node. Requests are addressed to sessions, not to names: two processes can have the same name for a
 * time, for example a process that was paused and its replacement. The node answers requests to its current session, from
 * before the other nodes can see that session. It stops answering requests to its earlier sessions.
 */
export class NodeCalls implements ClusterCalls {
  readonly #calls: Calls;
  readonly #coordinator: Pick<Coordinator, "session">;
  readonly #report: (error: unknown) => void;
  readonly #registrations: Set<Registration> = new Set();
  readonly #listening: Disposable;

  /** @param report Receives errors of the adapter. Must not throw. */
  constructor(
    calls: Calls,
    coordinator: Pick<Coordinator, "session" | "onStep">,
    report: (error: unknown) => void,
  ) {
    this.#calls = calls;
    this.#coordinator = coordinator;
    this.#report = report;
    this.#listening = coordinator.onStep(() => this.#follow());
  }

  get maxBytes(): number {
    return this.#calls.maxBytes;
  }

  serve(service: NodeService, answer: SessionHandler): AsyncDisposable {
    const registration = new Registration(this.#calls, service, answer);
    registration.moveTo(this.#session);
    this.#registrations.add(registration);
    return {
      [Symbol.asyncDispose]: () => {
        this.#registrations.delete(registration);
        return registration[Symbol.asyncDispose]();
      },
    };
  }

  call(address: CallAddress, request: Uint8Array, options: CallOptions): Promise<Uint8Array | undefined> {
    return this.#calls.call(address, request, options);
  }

  /** Ends all registrations. Does not wait for the answers to earlier requests. */
  close(): void {
    this.#listening[Symbol.dispose]();
    for (const registration of this.#registrations) void registration[Symbol.asyncDispose]();
  }

  /** The id of the session, also before it counts as a member; `""` without a session. */
  get #session(): string {
    return this.#coordinator.session.slice(SESSIONS_PREFIX.length);
  }

  #follow(): void {
    const session = this.#session;
    for (const registration of this.#registrations) {
      try {
        registration.moveTo(session);
      } catch (error) {
        this.#report(error);
      }
    }
  }
}

/** The registration of a service, which moves from session to session. */
class Registration implements AsyncDisposable {
  readonly #calls: Calls;
  readonly #service: NodeService;
  readonly #answer: SessionHandler;
  #session = "";
  #served: AsyncDisposable | undefined;
  /** The disposals of registrations under earlier sessions that have not resolved. */
  readonly #ending: Set<Promise<void>> = new Set();

  constructor(calls: Calls, service: NodeService, answer: SessionHandler) {
    this.#calls = calls;
    this.#service = service;
    this.#answer = answer;
  }

  /**
   * Serves under a session, and no longer under an earlier one.
   *
   * @param session `""`: under no session.
   */
  moveTo(session: string): void {
    if (session === this.#session) return;
    this.#session = session;
    this.#end();
    if (session === "") return;
    this.#served = this.#calls.serve({ ...this.#service, session }, (request) => this.#answer(request, session));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#session = "";
    this.#end();
    await Promise.all(this.#ending);
  }

  #end(): void {
    const served = this.#served;
    if (served === undefined) return;
    this.#served = undefined;
    const ending = Promise.resolve(served[Symbol.asyncDispose]()).finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
  }
}
