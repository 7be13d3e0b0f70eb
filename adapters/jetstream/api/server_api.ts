import type { JetStreamManager } from "@nats-io/jetstream";
import { abortable } from "../util/abortable.ts";
import type { JetStreamConnection, JetStreamMessage } from "../nats/connection.ts";
import { ConnectionMonitor } from "../nats/connection_monitor.ts";
import { Inbox } from "../nats/inbox.ts";
import { ApiError } from "./api_error.ts";
import { DEFAULT_API_PREFIX, domainOf } from "./api_prefix.ts";
import { fromManagerError, managerOver } from "./jetstream_manager.ts";
import { RequestFailure, toRequestFailure } from "../nats/request_failure.ts";
import { Requests } from "../nats/requests.ts";
import type { RequestOptions } from "./request_options.ts";
import { RetryBudget } from "./retry_budget.ts";
import { type Environment, SYSTEM_ENVIRONMENT } from "../util/environment.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Sends requests to JetStream over the user's connection. */
export class ServerApi {
  readonly connection: JetStreamConnection;
  /** Milliseconds that a whole operation may take, over all its requests. */
  readonly timeout: number;
  readonly inbox: Inbox;
  readonly monitor: ConnectionMonitor;
  readonly environment: Environment;
  /** The prefix of the subjects of JetStream's API, without a dot at its end. */
  readonly prefix: string;
  /** The domain of the JetStream that receives the requests, once it is known. */
  domain: string | undefined;
  /** Sends requests with one reply. {@link ServerApi.send} returns a promise of the reply. */
  readonly requests: Requests;

  /**
   * @param timeout Milliseconds that a whole operation may take.
   * @param prefix The prefix of the subjects of JetStream's API, without a dot at its end.
   */
  constructor(
    connection: JetStreamConnection,
    timeout: number,
    environment: Environment = SYSTEM_ENVIRONMENT,
    prefix: string = DEFAULT_API_PREFIX,
  ) {
    this.connection = connection;
    this.timeout = timeout;
    this.environment = environment;
    this.prefix = prefix;
    this.domain = domainOf(prefix);
    this.inbox = new Inbox(connection, environment);
    this.monitor = ConnectionMonitor.of(connection);
    this.requests = new Requests(connection, this.inbox, environment);
  }

  /** The time and retry budget of an operation that starts now, or that started at the time `start`. */
  newBudget(signal: AbortSignal | undefined, start?: number): RetryBudget {
    return new RetryBudget(this.timeout, signal, this.environment, start);
  }

  /** Whether requests go to the JetStream of the connected server and account. */
  get isOwnJetStream(): boolean {
    return this.prefix === DEFAULT_API_PREFIX;
  }

  /**
   * Sends a message and waits for the reply.
   *
   * @throws {RequestFailure} If there was no reply.
   * @throws The reason of the signal, if it is aborted.
   */
  send(subject: string, payload: Uint8Array, options: RequestOptions = {}): Promise<JetStreamMessage> {
    const { headers, signal, timeout = this.timeout } = options;
    if (signal?.aborted) return Promise.reject(signal.reason);
    const answer = this.requests.send(subject, payload, timeout, headers);
    return signal === undefined ? answer : abortable(answer, signal);
  }

  /** Ends all subscriptions and pending requests. */
  close(): void {
    this.inbox.close();
    this.requests.close();
  }

  /**
   * Sends a message whose replies, if any, go to `reply`.
   *
   * @throws {RequestFailure} If the message was not sent.
   */
  publish(subject: string, payload: Uint8Array, reply?: string): void {
    try {
      this.connection.publish(subject, payload, reply === undefined ? {} : { reply });
    } catch (error) {
      throw toRequestFailure(error);
    }
  }

  /**
   * Calls the JetStreamManager of nats.js, whose requests this class sends. For rare calls only.
   *
   * @param call The call. Each of its requests has the time limit and the signal of the options.
   * @throws {ApiError} If JetStream answered with an error.
   * @throws {RequestFailure} If there was no answer, or another client than JetStream answered.
   * @throws The reason of the signal, if it is aborted.
   */
  async manage<T>(call: (manager: JetStreamManager) => Promise<T>, options: RequestOptions = {}): Promise<T> {
    try {
      return await call(
        await managerOver(this.connection, this.prefix, (subject, payload) => this.send(subject, payload, options)),
      );
    } catch (error) {
      if (options.signal?.aborted && error === options.signal.reason) throw error;
      throw fromManagerError(error);
    }
  }

  /**
   * Sends a request to JetStream's API without the manager of nats.js: see docs/decisions/nats_js_manages_streams.md.
   *
   * @param path The subject without its beginning: `STREAM.INFO.tenant-a_events`.
   * @param request The body of the request, which is sent as JSON.
   * @returns The parsed answer.
   * @throws {ApiError} If JetStream answered with an error.
   * @throws {RequestFailure} If there was no answer.
   * @throws The reason of the signal, if it is aborted.
   */
  async ask<T>(path: string, request: object = {}, options: RequestOptions = {}): Promise<T> {
    const { data } = await this.send(`${this.prefix}.${path}`, encodeJson(request), options);
    return parseAnswer<T>(data);
  }
}

/**
 * Reads a reply of JetStream to a request or to a published message.
 *
 * @throws {ApiError} If the reply is an error.
 * @throws {RequestFailure} If another client sent the reply, because it subscribes to the subject.
 */
export function parseAnswer<T>(data: Uint8Array): T {
  const answer = parseJson(data);
  if (typeof answer !== "object" || answer === null) {
    throw new RequestFailure("no-reply", new TypeError("the reply is not a JetStream reply"));
  }
  if ("error" in answer) throw new ApiError(answer.error as object);
  return answer as T;
}

function parseJson(data: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(data));
  } catch {
    return undefined;
  }
}

/** JSON in UTF-8. */
export function encodeJson(value: object): Uint8Array {
  return encoder.encode(JSON.stringify(value));
}
