import { type BusTransport, type Commit, type Log, recordCommit, type TransportReceiver } from "../../adapter.ts";
import type { BusEvent, Namespace } from "../../mod.ts";
import { compilePattern, type Matcher } from "../../patterns.ts";
import { delegateTo } from "./faulty_driver.ts";

/** The listeners and their patterns. */
interface Listener {
  readonly side: number;
  readonly covers: Matcher;
  readonly receiver: TransportReceiver;
}

/**
 * Connects several backends as a network connects processes: each receives the events of the others that match its
 * patterns.
 */
export class SharedMemoryBus {
  readonly #listeners: Set<Listener> = new Set();
  #sides = 0;

  /** The transport of one more backend, and its logs, whose commits the others receive. */
  join(): { carrier: BusTransport; announcing: (namespace: Namespace, log: Log) => Log } {
    const side = this.#sides++;
    const carrier: BusTransport = {
      send: (event) => this.#transmit(side, [event]),
      listen: (pattern, receiver) => {
        const listener = { side, covers: compilePattern(pattern), receiver };
        this.#listeners.add(listener);
        return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
      },
    };
    return {
      carrier,
      announcing: (namespace, log) => ({ ...delegateTo(log), ...this.#announce(side, namespace, log) }),
    };
  }

  #announce(side: number, namespace: Namespace, log: Log): Pick<Log, "append"> {
    return {
      append: (commit: Commit, signal) => {
        const outcome = log.append(commit, signal);
        // Memory returns synchronously, and the core publishes the result before any other event.
        if (!(outcome instanceof Promise) && outcome.ok && !outcome.duplicate) {
          const { version, identity, offset } = outcome;
          const first = version - commit.events.length + 1;
          this.#transmit(side, recordCommit({ namespace, identity }, commit, first, offset));
        }
        return outcome;
      },
    };
  }

  #transmit(from: number, events: readonly BusEvent[]): void {
    for (const { side, covers, receiver } of [...this.#listeners]) {
      if (side !== from && covers(events[0]!.namespace)) receiver.receive(events);
    }
  }
}
