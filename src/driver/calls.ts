import type { Namespace } from "../base/namespace.ts";

/**
 * Request and reply between the processes that share a storage. A request for one namespace is never delivered to a
 * handler of another namespace. Delivery is at most once, and an answer may be lost.
 */
export interface Calls {
  /** Maximum bytes of a request, and of an answer. */
  readonly maxBytes: number;
  /**
   * Answers the requests to an address of this process.
   *
   * @param address See {@link CallAddress}.
   * @param answer Called with the bytes of each request, which it may keep or change. The promise that it returns must
   * not reject.
   * @returns The registration. Its disposal ends the service of the address, and resolves when the requests that had
   * arrived have been answered. While the storage does not answer, it resolves earlier.
   * @throws {InvalidArgumentError} If this process already answers at the address.
   * @throws {UnavailableError} If the connection was closed permanently.
   */
  serve(address: CallAddress, answer: (request: Uint8Array) => Promise<Uint8Array>): AsyncDisposable;
  /**
   * Sends a request and waits for its answer.
   *
   * @param request At most {@link Calls.maxBytes}.
   * @returns The bytes of the answer. `undefined` if it is certain that no handler has received the request.
   * @throws {UnavailableError} If there was no answer: a handler may have received the request.
   * @throws The reason of the signal, if it is aborted: a handler may have received the request.
   */
  call(address: CallAddress, request: Uint8Array, options: CallOptions): Promise<Uint8Array | undefined>;
}

/** The destination of a request. */
export interface CallAddress {
  /** The namespace that the request is about. */
  readonly namespace: Namespace;
  /** The service that answers: 1 to 64 characters of `A-Z a-z 0-9 _ - .`. */
  readonly service: string;
  /**
   * The session of the node that answers: 1 to 81 characters of `A-Z a-z 0-9 _ - . ~`. No other process has the session,
   * even if it has the name of the node: one process at most receives a request.
   */
  readonly session: string;
}

/** Options of a request. */
export interface CallOptions {
  /** Milliseconds to wait for the answer. */
  readonly timeout: number;
  /** Ends the wait for the answer. */
  readonly signal?: AbortSignal | undefined;
}
