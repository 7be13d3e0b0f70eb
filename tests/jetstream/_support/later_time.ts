import type { JetStreamConnection, JetStreamMessage } from "@flowmade-one/aether/jetstream";

/** How JetStream's answers begin that tell a time. */
const INFO = '{"type":"io.nats.jetstream.api.v1.stream_info_response"';
const MESSAGE = '{"type":"io.nats.jetstream.api.v1.stream_msg_get_response"';
const ACK = '{"stream":';

/**
 * The server's time, as one backend sees it for one namespace. A test moves it forward, so that stored commits age
 * without a wait, also on a slow machine.
 */
export class LaterTime {
  readonly connection: JetStreamConnection;
  #later = 0;
  /** By sequence, how far time had been put forward when a commit was stored. */
  readonly #stored: Map<number, number> = new Map();

  constructor(connection: JetStreamConnection) {
    const subscribe: JetStreamConnection["subscribe"] = (subject, { callback } = {}) =>
      connection.subscribe(subject, {
        callback: (error, message) => callback?.(error, message && this.#told(message)),
      });
    this.connection = new Proxy(connection, {
      get(target, name) {
        const value = Reflect.get(target, name, target);
        return name === "subscribe" ? subscribe : typeof value === "function" ? value.bind(target) : value;
      },
    });
  }

  pass(ms: number): void {
    this.#later += ms;
  }

  /** The message as if it was sent later. */
  #told(message: JetStreamMessage): JetStreamMessage {
    const { subject, reply, data, headers } = message;
    const time = headers?.get("Nats-Time-Stamp") ?? "";
    if (headers !== undefined && time !== "") {
      const moved = this.#whenStored(Number(headers.get("Nats-Sequence")), time);
      const get = (name: string) => name === "Nats-Time-Stamp" ? moved : headers.get(name);
      const values = (name: string) => name === "Nats-Time-Stamp" ? [moved] : headers.values(name);
      return { subject, reply, data, headers: { code: headers.code, description: headers.description, get, values } };
    }
    const text = new TextDecoder().decode(data);
    if (![INFO, MESSAGE, ACK].some((beginning) => text.startsWith(beginning))) return message;
    const answer = JSON.parse(text);
    if (answer.stream?.endsWith("_events")) this.#stored.set(answer.seq, this.#later);
    if (answer.ts !== undefined) answer.ts = later(answer.ts, this.#later);
    if (answer.message !== undefined) answer.message.time = this.#whenStored(answer.message.seq, answer.message.time);
    return { subject, reply, data: new TextEncoder().encode(JSON.stringify(answer)) };
  }

  #whenStored(sequence: number, time: string): string {
    return later(time, this.#stored.get(sequence) ?? 0);
  }
}

function later(time: string, ms: number): string {
  return new Date(Date.parse(time) + ms).toJSON();
}
