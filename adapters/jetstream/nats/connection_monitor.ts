import type { ConnectionStatus, JetStreamConnection } from "./connection.ts";
import { RequestFailure, toRequestFailure } from "./request_failure.ts";

/** Receives the reason why requests over a connection get no reply. */
export interface ConnectionListener {
  /**
   * @param failure The reason.
   * @param subject The subject of the affected requests; without it, all requests are affected.
   */
  (failure: RequestFailure, subject?: string): void;
}

/** One monitor per connection: a connection never releases an iterator of its status. */
const monitors = new WeakMap<JetStreamConnection, ConnectionMonitor>();

/** Watches the state of a connection and the server's refusals, for all backends that use it. */
export class ConnectionMonitor {
  readonly #listeners: Set<ConnectionListener> = new Set();
  readonly #reconnectListeners: Set<() => void> = new Set();
  #isDown = false;
  #reconnects = 0;

  /** The monitor of a connection. */
  static of(connection: JetStreamConnection): ConnectionMonitor {
    const known = monitors.get(connection);
    if (known !== undefined) return known;
    const monitor = new ConnectionMonitor();
    monitors.set(connection, monitor);
    void monitor.#run(connection);
    void monitor.#probe(connection);
    return monitor;
  }

  /** Whether the connection is lost. Messages that are sent while it is lost are dropped. */
  get isDown(): boolean {
    return this.#isDown;
  }

  /** The number of reconnects so far. */
  get reconnects(): number {
    return this.#reconnects;
  }

  add(listener: ConnectionListener): void {
    this.#listeners.add(listener);
  }

  delete(listener: ConnectionListener): void {
    this.#listeners.delete(listener);
  }

  /** Calls a function after each reconnect. Returns a function that removes the listener. */
  onReconnect(listener: () => void): () => void {
    this.#reconnectListeners.add(listener);
    return () => void this.#reconnectListeners.delete(listener);
  }

  /** Follows the status until the connection is closed. Pending requests then fail, because no reply can arrive. */
  async #run(connection: JetStreamConnection): Promise<void> {
    let failure: unknown = new Error("the connection was closed");
    try {
      for await (const status of connection.status()) this.#onStatus(status, connection);
    } catch (error) {
      failure = error;
    }
    this.#notify(new RequestFailure("no-reply", failure));
  }

  /**
   * Detects a connection that was lost before the monitor started: the status does not report it, and a round trip
   * fails at once.
   */
  async #probe(connection: JetStreamConnection): Promise<void> {
    try {
      await connection.rtt();
    } catch {
      if (this.#reconnects === 0 && !connection.isClosed()) this.#onDisconnected();
    }
  }

  #onStatus({ type, error }: ConnectionStatus, connection: JetStreamConnection): void {
    if (type === "reconnect") this.#onReconnected();
    if (type === "disconnect") this.#onDisconnected();
    if (type !== "error" || error === undefined) return;
    const { operation, subject } = error as { operation?: unknown; subject?: unknown };
    if (operation !== "publish" || typeof subject !== "string") return;
    for (const sent of sentSubjects(subject, connection.info?.domain)) this.#notify(toRequestFailure(error), sent);
  }

  #onDisconnected(): void {
    this.#isDown = true;
    this.#notify(new RequestFailure("no-reply", new Error("the connection was lost")));
  }

  #onReconnected(): void {
    this.#reconnects++;
    this.#isDown = false;
    for (const listener of [...this.#reconnectListeners]) listener();
  }

  #notify(failure: RequestFailure, subject?: string): void {
    for (const listener of [...this.#listeners]) listener(failure, subject);
  }
}

const API = "$JS.API.";

/**
 * The subjects that a client may have sent if the server refuses a subject. A server replaces `$JS.<domain>.API` with
 * its own domain by `$JS.API` before it checks the permission.
 */
function sentSubjects(refused: string, domain: string | undefined): string[] {
  if (domain === undefined || !refused.startsWith(API)) return [refused];
  return [refused, `$JS.${domain}.API.${refused.slice(API.length)}`];
}
