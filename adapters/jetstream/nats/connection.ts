/**
 * The few members of a NATS connection that the adapter uses. Every connection of nats.js 3 has them, whichever copy or
 * release of it made the connection, so that the adapter brings none of its own.
 */
export interface JetStreamConnection {
  /** The server's information about itself; absent without a connection. */
  readonly info?: JetStreamServerInfo | undefined;
  /** How the connection was made, where it can be seen. */
  readonly options?: { readonly inboxPrefix?: string | undefined } | undefined;
  /** Whether it was closed for good. */
  isClosed(): boolean;
  /** Sends a message. Of `headers` only `encode()` is called. */
  publish(subject: string, payload: Uint8Array, options?: { reply?: string; headers?: object }): void;
  /** Milliseconds of a round trip to the server. Rejects if the connection is lost. */
  rtt(): Promise<number>;
  /** Tells what becomes of the connection, until it is closed. */
  status(): AsyncIterable<ConnectionStatus>;
  /** Receives messages until it is unsubscribed. */
  subscribe(
    subject: string,
    options?: { callback?: (error: Error | null, message: JetStreamMessage) => void },
  ): { unsubscribe(): void };
}

/** A change of a connection's state. */
export interface ConnectionStatus {
  /** Such as `disconnect`, `reconnect` and `error`; what else there is is passed over. */
  readonly type: string;
  /** The server's refusal, of type `error`. */
  readonly error?: Error | undefined;
}

/** A server's information about itself. */
export interface JetStreamServerInfo {
  /** Such as `2.15.1`. */
  readonly version: string;
  /** The most bytes of one message, headers included. */
  readonly max_payload: number;
  /** Whether it has JetStream itself; a leaf node may lead to one that has. */
  readonly jetstream?: boolean | undefined;
  /** The cluster that it is in, if it is in one. */
  readonly cluster?: string | undefined;
}

/** A message that was received. */
export interface JetStreamMessage {
  /** Where it was sent to. */
  readonly subject: string;
  /** Where its sender wants answers. */
  readonly reply?: string | undefined;
  /** The body. */
  readonly data: Uint8Array;
  /** The headers, if it has any. */
  readonly headers?: JetStreamMessageHeaders | undefined;
  /** Bytes of subject, reply, headers and body together; if it is present, headers are decoded faster. */
  size?(): number;
}

/** Headers of a message that was received. */
export interface JetStreamMessageHeaders {
  /** The server's status, 0 if the message has none. */
  readonly code: number;
  /** The status in words. */
  readonly description: string;
  /** A header's first value, empty if it has none. */
  get(name: string): string;
  /** All values of a header, in their order. */
  values(name: string): string[];
}
