import type { TransportReceiver } from "../../../adapter.ts";
import { type CommitSource, messageOfRepublished, sourceOfRepublished } from "../wire/republished_commit.ts";
import type { JetStreamMessage } from "../nats/connection.ts";
import type { Codecs } from "../wire/codecs.ts";
import { decodeEvent, originOf } from "../wire/event_message.ts";
import { decodeCommitMessage, identityInHeader } from "../wire/commit_message.ts";
import { serverHeader } from "../nats/message_headers.ts";
import { toNamespace } from "../wire/names.ts";
import type { SelfEchoFilter } from "./self_echo_filter.ts";
import { parseTime } from "../api/parse_time.ts";
import { LruCache } from "../util/lru_cache.ts";
import type { StoredMessage } from "../api/stored_message.ts";

/** Maximum number of logs whose last republished commit is remembered: about 100 bytes each. */
const MAX_LOGS = 20_000;

/** The parts that all listeners of one backend share. */
export interface BusContext {
  readonly prefix: string;
  /** The id of this backend, by which it recognises its own messages. */
  readonly origin: string;
  readonly selfEchoes: SelfEchoFilter;
  readonly codecs: Codecs;
  /**
   * The source of a republished commit, by subject. Without a cache, decoding the subject would be the slowest step.
   */
  readonly sources: LruCache<string, CommitSource>;
}

/** The last received republished commit of a log. */
interface LastRepublished {
  readonly sequence: number;
  /** The time at which the commit was stored, in milliseconds since the epoch; 0 with a nats-server before 2.10. */
  readonly time: number;
}

/** Decodes the messages of one pattern. Never throws: nats.js calls it. */
export class BusListener {
  readonly #bus: BusContext;
  readonly #receiver: TransportReceiver;
  /**
   * The last republished commit of each log, by which repeated commits are detected. After a failover, the new leader
   * republishes some commits again.
   */
  readonly #lastRepublished: LruCache<string, LastRepublished> = new LruCache(MAX_LOGS);

  constructor(bus: BusContext, receiver: TransportReceiver) {
    this.#bus = bus;
    this.#receiver = receiver;
  }

  /** Handles a message. */
  receive(message: JetStreamMessage): void {
    const published = `${this.#bus.prefix}.events.`;
    this.#runReporting(() => {
      if (!message.subject.startsWith(published)) this.#receiveRepublished(message);
      else this.#receivePublished(message.subject.slice(published.length), message);
    });
  }

  /** Discards the state of a log that was recreated or restored: its sequences are used again. */
  forget(log: string): void {
    this.#lastRepublished.deleteAll((key) => key === log);
  }

  #receivePublished(name: string, message: JetStreamMessage): void {
    const namespace = toNamespace(name);
    if (namespace === undefined || originOf(message) === this.#bus.origin) return;
    this.#receiver.receive([decodeEvent(namespace, message, this.#bus.codecs)]);
  }

  #receiveRepublished(message: JetStreamMessage): void {
    const source = this.#sourceOf(message.subject);
    if (source === undefined) return;
    const { names, actorId } = source;
    const stored = messageOfRepublished(source, message);
    if (!this.#advance(names.log, stored)) return;
    // The commit is decoded on delivery: commits that this backend stored are not delivered, and need no decoding.
    const { codecs } = this.#bus;
    const deliver = () =>
      this.#runReporting(() => {
        const identity = identityInHeader(names, stored);
        const { events } = decodeCommitMessage({ names, codecs, identity }, actorId, stored);
        if (events.length > 0) this.#receiver.receive(events);
      });
    this.#bus.selfEchoes.filter(names.log, actorId, stored.sequence, deliver);
  }

  /** Records a republished commit. Returns `false` if the commit was received before. */
  #advance(log: string, { sequence, headers }: StoredMessage): boolean {
    const last = this.#lastRepublished.get(log);
    const time = parseTime(serverHeader(headers, "Nats-Time-Stamp")) || 0;
    if (last !== undefined && sequence <= last.sequence) {
      if (time <= last.time) return false;
      // The commit is newer than the last one but its sequence is not greater: the log was recreated, or restored from
      // an older copy.
      this.#bus.selfEchoes.forget(log);
      this.#lastRepublished.set(log, { sequence, time });
      return true;
    }
    // The clocks of servers differ: times may decrease after a failover.
    this.#lastRepublished.set(log, { sequence, time: Math.max(time, last?.time ?? 0) });
    return true;
  }

  #sourceOf(subject: string): CommitSource | undefined {
    const { sources, prefix } = this.#bus;
    const source = sources.get(subject) ?? sourceOfRepublished(prefix, subject);
    if (source !== undefined && sources.get(subject) === undefined) sources.set(subject, source);
    return source;
  }

  #runReporting(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#receiver.fail(error as Error);
    }
  }
}
