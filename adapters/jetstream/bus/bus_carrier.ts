import type { BusTransport, TransportReceiver } from "../../../adapter.ts";
import type { Namespace, PublishedEvent } from "../../../mod.ts";
import type { NamespacePattern } from "../../../patterns.ts";
import { type BusContext, BusListener } from "./bus_listener.ts";
import { busSubjects, eventsSubject } from "../wire/bus_subjects.ts";
import type { Codecs } from "../wire/codecs.ts";
import type { JetStreamConnection, JetStreamMessage } from "../nats/connection.ts";
import type { ConnectionListener, ConnectionMonitor } from "../nats/connection_monitor.ts";
import { encodeEvent } from "../wire/event_message.ts";
import type { SelfEchoFilter } from "./self_echo_filter.ts";
import { LruCache } from "../util/lru_cache.ts";
import { toUserError } from "../api/to_user_error.ts";
import { toRequestFailure } from "../nats/request_failure.ts";
import type { ServerApi } from "../api/server_api.ts";

/** Maximum number of remembered namespaces in which events were published: about 100 bytes each. */
const MAX_PUBLISHED = 1_000;
/** Maximum number of cached sources of republished commits: about 500 bytes each. */
const MAX_SOURCES = 10_000;

/** Carries the bus over core NATS: published events, and the server's copies of stored commits. */
export class BusCarrier implements BusTransport {
  readonly #connection: JetStreamConnection;
  readonly #monitor: ConnectionMonitor;
  readonly #report: (error: Error) => void;
  /** The namespaces of the most recently used subjects, by subject. */
  readonly #published: LruCache<string, Namespace> = new LruCache(MAX_PUBLISHED);
  readonly #bus: BusContext;
  readonly #listeners: Set<BusListener> = new Set();

  /** @param report Receives the error if the server refuses an event that was sent. Must not throw. */
  constructor(
    { connection, monitor, environment }: Pick<ServerApi, "connection" | "monitor" | "environment">,
    prefix: string,
    selfEchoes: SelfEchoFilter,
    codecs: Codecs,
    report: (error: Error) => void,
  ) {
    this.#connection = connection;
    this.#monitor = monitor;
    this.#report = report;
    this.#bus = { prefix, origin: environment.newId(), selfEchoes, codecs, sources: new LruCache(MAX_SOURCES) };
    monitor.add(this.#refused);
  }

  /** Reports a publish that the server refused after it was sent. The server's error names only the subject. */
  readonly #refused: ConnectionListener = (failure, subject = "") => {
    const namespace = this.#published.get(subject);
    if (namespace !== undefined) this.#report(explain(`publish in namespace "${namespace}"`, failure));
  };

  send(event: PublishedEvent): void {
    const { headers, body } = encodeEvent(event, this.#bus.origin, this.#bus.codecs);
    const subject = eventsSubject(this.#bus.prefix, event.namespace);
    this.#published.set(subject, event.namespace);
    try {
      this.#connection.publish(subject, body, { headers });
    } catch (error) {
      throw explain(`publish in namespace "${event.namespace}"`, error);
    }
  }

  listen(pattern: NamespacePattern, receiver: TransportReceiver): Disposable {
    const listener = new BusListener(this.#bus, receiver);
    const subscriptions: { unsubscribe(): void }[] = [];
    const registration = this.#bus.selfEchoes.listen();
    let isRefused = false;
    this.#listeners.add(listener);
    const end = () => {
      this.#listeners.delete(listener);
      registration.end();
      if (this.#connection.isClosed()) return;
      for (const subscription of subscriptions) subscription.unsubscribe();
    };
    const refuse = (error: unknown) => {
      // One report for all subjects of the pattern.
      if (!isRefused) receiver.fail(explain(`receive the bus events of other processes in "${pattern}"`, error));
      isRefused = true;
    };
    try {
      for (const subject of busSubjects(this.#bus.prefix, pattern)) {
        const callback = (error: Error | null, message: JetStreamMessage) =>
          error === null ? listener.receive(message) : refuse(error);
        subscriptions.push(this.#connection.subscribe(subject, { callback }));
      }
    } catch (error) {
      end();
      throw explain(`subscribe in "${pattern}"`, error);
    }
    return { [Symbol.dispose]: end };
  }

  /** Stops watching the connection. */
  close(): void {
    this.#monitor.delete(this.#refused);
  }

  /** Discards the state of a log that was recreated or restored. */
  forget(log: string): void {
    this.#bus.selfEchoes.forget(log);
    for (const listener of this.#listeners) listener.forget(log);
  }
}

function explain(attempt: string, error: unknown): Error {
  return toUserError(attempt, toRequestFailure(error)) as Error;
}
