import type { CallAddress, CallOptions, Calls } from "../../adapter.ts";
import { InvalidArgumentError, UnavailableError } from "../../errors.ts";

type Handler = (request: Uint8Array) => Promise<Uint8Array>;

/** Calls the handlers of the same process. */
export class MemoryCalls implements Calls {
  readonly maxBytes = Infinity;
  /** The handlers by address, shared by all joined instances. */
  readonly #handlers: Map<string, Handler>;
  /** Functions that end the handlers that were registered by this instance. */
  readonly #served: Set<() => void> = new Set();

  constructor(handlers: Map<string, Handler> = new Map()) {
    this.#handlers = handlers;
  }

  /** Creates the calls of another driver, which reach the same handlers. */
  join(): MemoryCalls {
    return new MemoryCalls(this.#handlers);
  }

  serve(address: CallAddress, answer: Handler): AsyncDisposable {
    const key = keyOf(address);
    if (this.#handlers.has(key)) {
      throw new InvalidArgumentError(
        `Cannot answer requests to "${address.service}" in namespace "${address.namespace}": this process already ` +
          `answers them as "${address.session}". End its registration first`,
        { argument: "address" },
      );
    }
    const answers = new Set<Promise<Uint8Array>>();
    this.#handlers.set(key, (request) => {
      const answered = answer(request).finally(() => answers.delete(answered));
      answers.add(answered);
      return answered;
    });
    const end = () => {
      if (this.#served.delete(end)) this.#handlers.delete(key);
    };
    this.#served.add(end);
    return {
      [Symbol.asyncDispose]: async () => {
        end();
        await Promise.all(answers);
      },
    };
  }

  async call(address: CallAddress, request: Uint8Array, options: CallOptions): Promise<Uint8Array | undefined> {
    const { timeout, signal } = options;
    signal?.throwIfAborted();
    const handler = this.#handlers.get(keyOf(address));
    if (handler === undefined) return undefined;
    const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
    const abort = () => reject(signal?.reason);
    const timer = setTimeout(() => reject(unanswered(address, timeout)), timeout);
    signal?.addEventListener("abort", abort);
    handler(request.slice()).then((answer) => resolve(answer.slice()), reject);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
    }
  }

  /** Ends the handlers that were registered by this instance. */
  close(): void {
    for (const end of [...this.#served]) end();
  }
}

function keyOf({ namespace, service, session }: CallAddress): string {
  return `${namespace}/${service}/${session}`;
}

function unanswered({ service, session }: CallAddress, timeout: number): UnavailableError {
  return new UnavailableError(`Cannot call "${service}" of session "${session}": there was no answer in ${timeout} ms`);
}
