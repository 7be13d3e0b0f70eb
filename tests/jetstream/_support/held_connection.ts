import type { NatsConnection } from "@nats-io/transport-node";
import { withMethod } from "./with_method.ts";

/** A rule that holds back published messages. */
export interface Hold {
  /** Resolves when the first message is held. */
  readonly reached: Promise<void>;
  /** Publishes the held messages, and ends the rule. */
  release(): void;
}

/** Wraps a connection. A test can hold back messages that are published over the wrapper. */
export class HeldConnection {
  readonly connection: NatsConnection;
  readonly #holds: Map<string, { reached(): void; readonly released: Promise<void> }> = new Map();

  constructor(connection: NatsConnection) {
    const publish = (...args: Parameters<NatsConnection["publish"]>) => {
      const prefix = [...this.#holds.keys()].find((prefix) => args[0].startsWith(prefix));
      if (prefix === undefined) return connection.publish(...args);
      const { reached, released } = this.#holds.get(prefix)!;
      reached();
      void released.then(() => connection.publish(...args));
    };
    this.connection = withMethod(connection, "publish", publish);
  }

  /** Holds back messages that are published from now on at subjects with a prefix. */
  hold(prefix: string): Hold {
    const [reached, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    this.#holds.set(prefix, { reached: reached.resolve, released: released.promise });
    const release = () => {
      this.#holds.delete(prefix);
      released.resolve();
    };
    return { reached: reached.promise, release };
  }
}
