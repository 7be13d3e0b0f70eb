import type { NatsConnection } from "@nats-io/transport-node";
import { withMethod } from "./with_method.ts";

const WRONG_LAST_SEQUENCE = '{"error":{"code":400,"err_code":10071,"description":"wrong last sequence"}}';
const NO_MESSAGE = '{"error":{"code":404,"err_code":10037,"description":"no message found"}}';

/** When the new leader stores a commit message that the former leader refuses. */
export type StorageTime = "before the refusal" | "after the next reads";

/**
 * Wraps a connection. A former leader of a log seems to reply over it: this server was frozen, has not learned of the
 * new leader, and does not have the newest commit. It refuses one commit message, and does not find the commit at the
 * next get. A test calls `refuseNext` for each refusal. The new leader replies to all other requests.
 *
 * The former leader does not refuse every commit message: an append may send its message again for other reasons.
 *
 * - After the creation of a stream with replicas, the server of the connection may report no responders for some
 *   milliseconds: it has not received the interest of the leader in the subject of the message.
 * - The leader finds a message only after a majority of the replicas has stored it. A get that arrives earlier finds
 *   the previous commit.
 *
 * If the former leader refused each copy, and lacked the commit at the get after each copy, the append would send
 * copies until its timeout.
 */
export class FormerLeader {
  readonly connection: NatsConnection;
  /** The number of refused commit messages. */
  refusals = 0;
  readonly #inner: NatsConnection;
  readonly #stored: StorageTime;
  #refusesNext = false;
  #lacksCommit = false;
  /** Sends the refused message to the new leader. */
  #storeRefused: (() => void) | undefined;

  constructor(connection: NatsConnection, namespace: string, stored: StorageTime) {
    this.#inner = connection;
    this.#stored = stored;
    const publish: NatsConnection["publish"] = (subject, payload, options) => {
      const isCommit = subject.startsWith(`aether.log.${namespace}.`);
      if (isCommit && this.#refusesNext) return this.#refuse(subject, payload, options);
      if (isCommit) this.#storeRefused?.();
      if (this.#lacksCommit && subject === `$JS.API.STREAM.MSG.GET.${namespace}_events`) {
        this.#lacksCommit = false;
        return connection.publish(options!.reply!, NO_MESSAGE);
      }
      connection.publish(subject, payload, options);
    };
    this.connection = withMethod(connection, "publish", publish);
  }

  /** The former leader refuses the next commit message, and replies to the next get that there is no message. */
  refuseNext(): void {
    this.#refusesNext = true;
  }

  #refuse(...[subject, payload, options]: Parameters<NatsConnection["publish"]>): void {
    this.#refusesNext = false;
    this.refusals++;
    const headers = options!.headers!;
    const reply = () => {
      this.#lacksCommit = true;
      this.#inner.publish(options!.reply!, WRONG_LAST_SEQUENCE);
    };
    if (this.#stored === "before the refusal") {
      // Without an acknowledgement, as during an election, the append gets no reply and sends the message again.
      this.#inner.request(subject, payload, { headers, timeout: 60_000 }).then(reply, () => {});
    } else {
      this.#storeRefused = () => {
        this.#storeRefused = undefined;
        this.#inner.publish(subject, payload, { headers });
      };
      reply();
    }
  }
}
