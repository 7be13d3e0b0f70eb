import type { Coordinator } from "../coordination/coordinator.ts";
import { protocolVersionError, sessionTimeout, sessionTimeoutError } from "../coordination/session_wait.ts";
import { isAetherError } from "../errors/is_aether_error.ts";
import { onAbort } from "../lifecycle/on_abort.ts";
import type { Operation } from "../lifecycle/operation.ts";
import { runInterruptible } from "../lifecycle/run_interruptible.ts";
import { ClusterNode, type ClusterParts } from "./cluster_node.ts";
import type { CheckedClusterOptions } from "./cluster_options.ts";

/**
 * Joins a cluster.
 *
 * @param operation The call of `join`. It ends at once if the backend is closed.
 * @returns A node that the other nodes can see.
 * @throws {InvalidArgumentError} If a live node has the same name.
 * @throws {UnsupportedStorageError} If the cluster uses another version of the protocol, or the storage is unusable.
 * @throws {UnavailableError} If the storage does not answer within twice the `ttl`.
 * @throws {ClosedError} If the backend is closed meanwhile.
 */
export async function joinCluster(
  options: CheckedClusterOptions,
  parts: ClusterParts,
  operation: Operation,
): Promise<ClusterNode> {
  let onFailure: (error: unknown) => void = () => {};
  const node = new ClusterNode(options, { ...parts, reportSession: (error) => onFailure(error) });
  const joining = new Joining(node, options, parts);
  onFailure = (error) => joining.fail(error);
  try {
    await runInterruptible((signal) => joining.wait(signal), operation);
  } catch (error) {
    const closing = node.close();
    // If the backend is being closed, its `close()` also waits for the node. The caller receives the error at once,
    // because the storage may no longer answer.
    if (!isAetherError(error, "closed")) await closing;
    throw error;
  }
  onFailure = parts.reportSession;
  return node;
}

/** The phase of a node between its first request and the moment when it has joined. */
class Joining {
  readonly #coordinator: Coordinator;
  /** The operation in errors. */
  readonly #operation: string;
  readonly #result: PromiseWithResolvers<void> = Promise.withResolvers();
  readonly #stepListener: Disposable;
  readonly #cancelTimeout: () => void;
  #failure: unknown;

  constructor({ coordinator }: ClusterNode, options: CheckedClusterOptions, { environment }: ClusterParts) {
    this.#coordinator = coordinator;
    this.#operation = `join the cluster as "${options.name}"`;
    this.#stepListener = coordinator.onStep(() => this.#check());
    this.#cancelTimeout = environment.schedule(
      sessionTimeout(options.ttl),
      () => this.#end(sessionTimeoutError(this.#operation, options.ttl, this.#failure)),
    );
  }

  /**
   * Waits until the node has joined.
   *
   * @param signal If aborted, the wait ends with its reason.
   */
  async wait(signal: AbortSignal): Promise<void> {
    const stopListening = onAbort(signal, () => this.#end(signal.reason));
    try {
      await this.#result.promise;
    } finally {
      stopListening();
    }
  }

  /**
   * Handles a failed request. An `AetherError` other than `unavailable` ends the attempt to join. After any other
   * error, the coordinator sends the request again. A later timeout has that error as its cause.
   */
  fail(error: unknown): void {
    this.#failure = error;
    if (isAetherError(error) && !isAetherError(error, "unavailable")) this.#end(error);
  }

  #end(error?: unknown): void {
    this.#stepListener[Symbol.dispose]();
    this.#cancelTimeout();
    if (error === undefined) this.#result.resolve();
    else this.#result.reject(error);
  }

  #check(): void {
    const { isValid, isNameUnique } = this.#coordinator;
    if (!isValid) return;
    const error = protocolVersionError(this.#operation, "the cluster uses", this.#coordinator);
    if (error !== undefined) this.#end(error);
    else if (isNameUnique) this.#end();
  }
}
