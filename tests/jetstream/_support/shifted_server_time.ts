import type { JetStreamConnection, JetStreamMessage } from "@flowmade-one/aether/jetstream";
import { withMethod } from "./with_method.ts";

/** The beginnings of JetStream's replies that contain a time. */
const INFO = '{"type":"io.nats.jetstream.api.v1.stream_info_response"';
const MESSAGE = '{"type":"io.nats.jetstream.api.v1.stream_msg_get_response"';
const ACK = '{"stream":';

/**
 * Wraps a connection, and shifts the server's times in received messages forward. Commits of a test age without a wait.
 * Only for a backend that uses one namespace.
 */
export class ShiftedServerTime {
  readonly connection: JetStreamConnection;
  /** Milliseconds between the shifted time and the time of the server. */
  #shift = 0;
  /** By sequence of a commit, the shift at the time when it was stored. */
  readonly #shiftWhenStored: Map<number, number> = new Map();

  constructor(connection: JetStreamConnection) {
    const subscribe: JetStreamConnection["subscribe"] = (subject, { callback } = {}) =>
      connection.subscribe(subject, {
        callback: (error, message) => callback?.(error, message && this.#shifted(message)),
      });
    this.connection = withMethod(connection, "subscribe", subscribe);
  }

  advance(ms: number): void {
    this.#shift += ms;
  }

  /** A copy of a message with shifted times. */
  #shifted(message: JetStreamMessage): JetStreamMessage {
    const { subject, reply, data, headers } = message;
    const time = headers?.get("Nats-Time-Stamp") ?? "";
    if (headers !== undefined && time !== "") {
      const shifted = this.#timeStored(Number(headers.get("Nats-Sequence")), time);
      const get = (name: string) => name === "Nats-Time-Stamp" ? shifted : headers.get(name);
      const values = (name: string) => name === "Nats-Time-Stamp" ? [shifted] : headers.values(name);
      return { subject, reply, data, headers: { code: headers.code, description: headers.description, get, values } };
    }
    const body = new TextDecoder().decode(data);
    if (![INFO, MESSAGE, ACK].some((beginning) => body.startsWith(beginning))) return message;
    const answer = JSON.parse(body);
    if (answer.stream?.endsWith("_events")) this.#shiftWhenStored.set(answer.seq, this.#shift);
    if (answer.ts !== undefined) answer.ts = later(answer.ts, this.#shift);
    if (answer.message !== undefined) answer.message.time = this.#timeStored(answer.message.seq, answer.message.time);
    return { subject, reply, data: new TextEncoder().encode(JSON.stringify(answer)) };
  }

  #timeStored(sequence: number, time: string): string {
    return later(time, this.#shiftWhenStored.get(sequence) ?? 0);
  }
}

function later(time: string, ms: number): string {
  return new Date(Date.parse(time) + ms).toJSON();
}
