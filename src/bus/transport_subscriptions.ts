import type { BusTransport } from "../driver/bus_transport.ts";
import type { BusEvent } from "../events/published_event.ts";
import { compilePattern } from "../values/compile_pattern.ts";
import type { NamespacePattern } from "../values/pattern.ts";

/**
 * Counts the subscribers of each namespace pattern in this process. While a pattern has one or more, the transport
 * listens to it once.
 */
export class TransportSubscriptions {
  readonly #transport: BusTransport | undefined;
  readonly #receive: (pattern: NamespacePattern, events: readonly BusEvent[]) => void;
  readonly #onError: (error: Error) => void;
  readonly #listening: Map<NamespacePattern, { count: number; readonly listener: Disposable | undefined }> = new Map();

  constructor(
    transport: BusTransport | undefined,
    receive: (pattern: NamespacePattern, events: readonly BusEvent[]) => void,
    onError: (error: Error) => void,
  ) {
    this.#transport = transport;
    this.#receive = receive;
    this.#onError = onError;
  }

  add(pattern: NamespacePattern): void {
    const known = this.#listening.get(pattern);
    if (known !== undefined) known.count++;
    else this.#listening.set(pattern, { count: 1, listener: this.#listen(pattern) });
  }

  remove(pattern: NamespacePattern): void {
    const known = this.#listening.get(pattern);
    if (known === undefined || --known.count > 0) return;
    this.#listening.delete(pattern);
    known.listener?.[Symbol.dispose]();
  }

  #listen(pattern: NamespacePattern): Disposable | undefined {
    if (this.#transport === undefined) return undefined;
    const covers = compilePattern(pattern);
    let isActive = true;
    const listener = this.#transport.listen(pattern, {
      receive: (events) => {
        if (!isActive) return; // These events were in flight when the last subscriber left.
        if (!events.every(({ namespace }) => covers(namespace))) {
          throw new TypeError(
            `Cannot deliver an event of the transport: the pattern "${pattern}" does not cover its namespace`,
          );
        }
        this.#receive(pattern, events);
      },
      fail: (error) => {
        if (isActive) this.#onError(error);
      },
    });
    return {
      [Symbol.dispose]: () => {
        isActive = false;
        listener[Symbol.dispose]();
      },
    };
  }
}
