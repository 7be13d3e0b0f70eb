import type { ClusterCalls } from "../cluster/cluster.ts";
import type { DerivedMetadata } from "../observer/observer.ts";
import type { HostContext } from "./host_context.ts";
import type { HostingNode, OwnerTable } from "./owner_table.ts";
import {
  type CommandReply,
  decodeReply,
  encodeRequest,
  type HandBackReason,
  type SentOptions,
} from "./request_message.ts";

/** Maximum requests for one command. A request is repeated only if the command was certainly not executed. */
const MAX_REQUESTS = 4;

/** Milliseconds for which a caller waits in addition to the maximum wait of a command at its owner. */
const EXTRA_WAIT_MS = 500;

/** Maximum number of actors whose versions are cached: about 100 bytes each. */
const MAX_VERSIONS = 10_000;

/** A command at its caller. */
export interface SentCommand {
  readonly actorId: string;
  readonly command: unknown;
  readonly commitId: string;
  readonly options: SentOptions;
  readonly signal: AbortSignal | undefined;
  /** The trace and the cause of the command, from the caller's observer. */
  readonly trace: DerivedMetadata | undefined;
}

/** The outcome of sending a command. */
export type SendOutcome =
  | Extract<CommandReply, { readonly kind: "done" | "overloaded" }>
  /**
   * This process must execute the command as the owner. `issuedAfter` is defined if another node has received a copy.
   */
  | { readonly kind: "own"; readonly issuedAfter: number | undefined }
  /**
   * This process must execute the command. `ownerMayStore`: the owner may have stored the command, or may store it after
   * this version of the actor.
   */
  | { readonly kind: "fallback"; readonly issuedAfter: number; readonly ownerMayStore: boolean };

/** Reasons with which an owner hands back a command that it has not stored and will not store. */
const NOT_STORED: ReadonlySet<HandBackReason> = new Set(["no-result", "overdue", "unsupported", "no-session"]);

/** Sends commands to the owners of their actors. */
export class OwnerCalls<S, C> {
  readonly #context: HostContext<S, C>;
  readonly #calls: ClusterCalls;
  readonly #owners: OwnerTable;
  readonly #self: string;
  /** A past version of each actor, the least recently stored entry first. */
  readonly #versions: Map<string, number> = new Map();

  /** @param self The name of this node. This process executes commands for which any session of the name is the owner. */
  constructor(context: HostContext<S, C>, calls: ClusterCalls, owners: OwnerTable, self: string) {
    this.#context = context;
    this.#calls = calls;
    this.#owners = owners;
    this.#self = self;
  }

  /** Whether another node owns an actor. */
  isOwnedByOtherNode(actorId: string): boolean {
    const owner = this.#owners.ownerOf(actorId);
    return owner !== undefined && owner.name !== this.#self;
  }

  /**
   * Sends a command.
   *
   * @throws The reason of the signal, if it is aborted: the command may be executed.
   */
  async send(sent: SentCommand): Promise<SendOutcome> {
    const { actorId } = sent;
    let issuedAfter = this.#versions.get(actorId) ?? 0;
    let isReceived = false;
    let ownerMayStore = false;
    for (let requests = 0; requests < MAX_REQUESTS; requests++) {
      const owner = this.#owners.ownerOf(actorId);
      const executeAsOwner: SendOutcome = { kind: "own", issuedAfter: isReceived ? issuedAfter : undefined };
      if (owner === undefined || owner.name === this.#self) return executeAsOwner;
      const reply = await this.#call(owner, sent, issuedAfter);
      if (reply === "unreachable") continue;
      if (reply === "too large") return executeAsOwner;
      if (reply === undefined || reply.kind === "handed-back") {
        ownerMayStore = reply === undefined || !NOT_STORED.has(reply.reason);
        break;
      }
      if (reply.kind === "again") {
        isReceived = true;
        this.#rememberVersion(actorId, issuedAfter = reply.version);
        continue;
      }
      if (reply.kind === "done") this.#rememberVersion(actorId, reply.version);
      return reply;
    }
    return { kind: "fallback", issuedAfter, ownerMayStore };
  }

  #rememberVersion(actorId: string, version: number): void {
    this.#versions.delete(actorId);
    this.#versions.set(actorId, version);
    if (this.#versions.size <= MAX_VERSIONS) return;
    const [oldest] = this.#versions.keys();
    this.#versions.delete(oldest!);
  }

  /**
   * Sends one request.
   *
   * @returns `"unreachable"` if the node has certainly not received the command; `undefined` if there is no valid
   * reply.
   */
  async #call(
    owner: HostingNode,
    sent: SentCommand,
    issuedAfter: number,
  ): Promise<CommandReply | "unreachable" | "too large" | undefined> {
    const { actorId, command, commitId, options, signal, trace } = sent;
    const { store: { namespace }, settings, environment, counts } = this.#context;
    const address = { namespace, service: settings.name, session: owner.session };
    const needsAnswer = settings.answer !== undefined;
    const request = encodeRequest({ actorId, command, commitId, issuedAfter, options, needsAnswer, trace });
    if (request.length > this.#calls.maxBytes) return "too large";
    const sentAt = environment.now();
    counts.sent++;
    let bytes: Uint8Array | undefined;
    try {
      bytes = await this.#calls.call(address, request, { timeout: settings.maxRequestAge + EXTRA_WAIT_MS, signal });
    } catch (error) {
      if (signal?.aborted) throw error;
      this.#owners.timedOut(owner, sentAt);
      return undefined;
    }
    if (bytes === undefined) {
      this.#owners.unreachable(owner);
      return "unreachable";
    }
    this.#owners.answered(owner);
    return decodeReply(bytes, namespace, actorId);
  }
}
