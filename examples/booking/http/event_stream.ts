import type { Subscription } from "@flowmade-one/aether";

/** Options of {@link eventStream}. */
export interface EventStreamOptions<T> {
  /** Encodes one event as a server-sent event, without the empty line at its end. */
  readonly toMessage: (event: T) => string;
  /** Milliseconds between comments while there are no events. */
  readonly heartbeat: number;
  /** Called once at the end of the stream, with the failure if the subscription failed. */
  readonly onEnd: (failure?: unknown) => void;
}

/**
 * A subscription as server-sent events. The stream takes no event while the client does not read, and the subscription
 * then holds two pages at most. If the client leaves, the subscription ends. If the subscription ends, the stream ends.
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
      // After a lost connection, the client waits 1,000 ms before it reconnects.
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
      // The stream is closed after a failure too. The client then reconnects with the id of the last event, and
      // continues after that event.
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
