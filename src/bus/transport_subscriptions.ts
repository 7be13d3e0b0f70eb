import type { BusTransport } from "../driver/bus_transport.ts";
import type { BusEvent } from "../events/published_event.ts";
import { compilePattern } from "../values/compile_pattern.ts";
import type { NamespacePattern } from "../values/pattern.ts";

/**
 * The patterns that have subscribers in this process. The transport listens to each pattern once while it has a
 * subscriber.
 */
export class TransportSubscriptions {
  readonly #carrier: BusTransport | undefined;
  readonly #receive: (pattern: NamespacePattern, events: readonly BusEvent[]) => void;
  readonly #fail: (error: Error) => void;
  readonly #listening: Map<NamespacePattern, { count: number; readonly listener: Disposable | undefined }> = new Map();

  constructor(
    carrier: BusTransport | undefined,
    receive: (pattern: NamespacePattern, events: readonly BusEvent[]) => void,
    fail: (error: Error) => void,
  ) {
    this.#carrier = carrier;
    this.#receive = receive;
    this.#fail = fail;
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
    if (this.#carrier === undefined) return undefined;
    const covers = compilePattern(pattern);
    let isActive = true;
    const listener = this.#carrier.listen(pattern, {
      receive: (events) => {
        if (!isActive) return; // These events were in flight when the last subscriber left.
        if (!events.every(({ namespace }) => covers(namespace))) {
          throw new TypeError(`The driver gave what "${pattern}" does not cover`);
        }
        this.#receive(pattern, events);
      },
      fail: (error) => {
        if (isActive) this.#fail(error);
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
