import type { Subscription } from "@flowmade-one/aether";

/** Options of {@link eventStream}. */
export interface EventStreamOptions<T> {
  /** One event as a message of server-sent events, without its empty line. */
  readonly toMessage: (event: T) => string;
  /** Milliseconds between comments while there are no events. */
  readonly heartbeat: number;
  /** Called at the end, with the failure unless the client or the service ended the stream. */
  readonly onEnd: (failure?: unknown) => void;
}

/**
 * A subscription as server-sent events. The stream is pulled: while the client does not read, no event is taken, and
 * the subscription holds two pages at most. The end of the client ends the subscription, and the reverse.
 */
export function eventStream<T>(
  subscription: Subscription<T>,
  { toMessage, heartbeat, onEnd }: EventStreamOptions<T>,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const events = subscription[Symbol.asyncIterator]();
  let next: Promise<IteratorResult<T>> | undefined;
  let ended = false;
  const end = (failure?: unknown) => {
    if (!ended) onEnd(failure);
    ended = true;
  };

  return new ReadableStream({
    start(controller) {
      // Milliseconds after which a client reconnects.
      controller.enqueue(encoder.encode("retry: 1000\n\n"));
    },
    async pull(controller) {
      try {
        next ??= events.next();
        const result = await within(next, heartbeat);
        if (ended) return;
        if (result === undefined) return controller.enqueue(encoder.encode(": still here\n\n"));
        next = undefined;
        if (!result.done) return controller.enqueue(encoder.encode(`${toMessage(result.value)}\n\n`));
        end();
      } catch (error) {
        if (ended) return;
        end(error);
      }
      // Also after a failure: the client reconnects with the id of the last message, and continues from there.
      controller.close();
    },
    async cancel() {
      end();
      await subscription.close();
    },
  });
}

/** The result of a promise, or `undefined` if it is not available within a number of milliseconds. */
async function within<T>(promise: Promise<T>, milliseconds: number): Promise<T | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    return await Promise.race([
      promise,
      new Promise<undefined>((resolve) => timer = setTimeout(resolve, milliseconds, undefined)),
    ]);
  } finally {
    clearTimeout(timer);
  }
}
