/**
 * The members of a NATS connection that the adapter uses. Every connection of nats.js 3 has them. The interface is
 * structural: a connection fits even if the application imports another release or copy of nats.js 3 than the adapter.
 */
export interface JetStreamConnection {
  /** The server's information about itself; absent while the connection is lost. */
  readonly info?: JetStreamServerInfo | undefined;
  /** The options of the connection, if they are visible. */
  readonly options?: { readonly inboxPrefix?: string | undefined } | undefined;
  /** Whether the connection was closed permanently. */
  isClosed(): boolean;
  /** Sends a message. Calls only `encode()` of `headers`. */
  publish(subject: string, payload: Uint8Array, options?: { reply?: string; headers?: object }): void;
  /** Milliseconds of a round trip to the server. Rejects if the connection is lost. */
  rtt(): Promise<number>;
  /** Yields the status of the connection until it is closed. */
  status(): AsyncIterable<ConnectionStatus>;
  /** Receives messages until the subscription ends. */
  subscribe(
    subject: string,
    options?: { callback?: (error: Error | null, message: JetStreamMessage) => void },
  ): JetStreamSubscription;
}

/** A subscription to a subject. */
export interface JetStreamSubscription {
  /** Ends the subscription. Messages that have not been received yet are dropped. */
  unsubscribe(): void;
  /**
   * Ends the subscription. Resolves when all messages that the server sent before the end have been received, or when the
   * connection is lost.
   */
  drain(): Promise<void>;
}

/** A change of a connection's state. */
export interface ConnectionStatus {
  /** The adapter uses `disconnect`, `reconnect` and `error`, and ignores every other type. */
  readonly type: string;
  /** The error of the server, if the type is `error`. */
  readonly error?: Error | undefined;
}

/** A server's information about itself. */
export interface JetStreamServerInfo {
  /** The version of the server, such as `2.15.1`. */
  readonly version: string;
  /** The maximum number of bytes of one message, headers included. */
  readonly max_payload: number;
  /**
   * Whether the server itself has JetStream. `false` does not mean that JetStream is unavailable: a leaf node without
   * JetStream may be connected to a server that has it.
   */
  readonly jetstream?: boolean | undefined;
  /** The cluster of the server, if it is in one. */
  readonly cluster?: string | undefined;
  /** The JetStream domain of the server, if it has one. */
  readonly domain?: string | undefined;
}

/** A message that was received. */
export interface JetStreamMessage {
  /** The subject to which it was sent. */
  readonly subject: string;
  /** The subject for replies. */
  readonly reply?: string | undefined;
  /** The body. */
  readonly data: Uint8Array;
  /** The headers, if the message has any. */
  readonly headers?: JetStreamMessageHeaders | undefined;
  /** Bytes of subject, reply, headers and body together. With it, the adapter decodes headers faster. */
  size?(): number;
}

/** Headers of a message that was received. */
export interface JetStreamMessageHeaders {
  /** The server's status, 0 if the message has none. */
  readonly code: number;
  /** The status in words. */
  readonly description: string;
  /** The first value of a header, empty if there is none. */
  get(name: string): string;
  /** All values of a header, in order. */
  values(name: string): string[];
}
