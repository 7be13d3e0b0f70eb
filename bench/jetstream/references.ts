/**
 * Three ways to store an event without the store. Each publishes to a subject of its own, expects the last sequence of
 * that subject, and waits for the acknowledgement:
 *
 * - `prepared`, the limit of nats.js: `js.publish` of bytes that were encoded before, to a stream that republishes
 *   nothing;
 * - `handwritten`, the code that an application has in place of the store: it makes an id and a time, encodes the
 *   event, expects the stream, and the stream republishes each message to subscribers;
 * - `inbox`, the floor: prepared bytes and headers, and one subscription for all acknowledgements.
 *
 * @module
 */
import type { NatsConnection } from "@nats-io/transport-node";
import { eventBytes, makeEvent } from "./make_event.ts";
import type { Fixture } from "./fixture.ts";

/** Publishes event `i` to a subject whose last sequence is `last`; returns the sequence of the stored message. */
export interface PublishEvent {
  (subject: string, i: number, last: number): Promise<number>;
}

/** A way to store an event without the store. */
export interface Reference {
  readonly name: "prepared" | "handwritten" | "inbox";
  /** Its name in rows. */
  readonly label: string;
  /** The first token of its subjects. */
  readonly stream: string;
  readonly publish: PublishEvent;
}

/** The number of events that are encoded before a measurement. */
const PREPARED = 256;

const encoder = new TextEncoder();

/** Publishes a number of events to a new subject, one after the other, and returns how many were stored. */
export async function publishEach(
  publish: PublishEvent,
  subject: string,
  first: number,
  count: number,
): Promise<number> {
  let stored = 0;
  for (let last = 0; stored < count; stored++) {
    const sequence = await publish(subject, first + stored, last);
    if (!(sequence > last)) return stored;
    last = sequence;
  }
  return stored;
}

/** Makes the references, each with its own stream. */
export async function makeReferences({ js, connection, addStream }: Fixture, id: string): Promise<Reference[]> {
  const bytes = Array.from({ length: PREPARED }, (_, i) => eventBytes(i));
  const [plain, republished, raw] = [`${id}-plain`, `${id}-republished`, `${id}-raw`];
  await addStream(plain);
  await addStream(republished, { republish: { src: ">", dest: "republished.>" } });
  await addStream(raw);
  const inbox = new AckInbox(connection);
  return [
    {
      name: "prepared",
      label: "js.publish of prepared bytes",
      stream: plain,
      publish: async (subject, i, last) =>
        (await js.publish(subject, bytes[i % PREPARED]!, { expect: { lastSubjectSequence: last } })).seq,
    },
    {
      name: "handwritten",
      label: "js.publish as an application writes it",
      stream: republished,
      publish: async (subject, i, last) => {
        const event = { id: crypto.randomUUID(), time: Date.now(), ...makeEvent(i) };
        const expect = { streamName: republished, lastSubjectSequence: last };
        return (await js.publish(subject, encoder.encode(JSON.stringify(event)), { expect })).seq;
      },
    },
    {
      name: "inbox",
      label: "acknowledgements on one inbox",
      stream: raw,
      publish: (subject, i, last) => inbox.publish(subject, bytes[i % PREPARED]!, last),
    },
  ];
}

/** Publishes, and receives all acknowledgements on one subscription. It handles no failure. */
class AckInbox {
  readonly #connection: NatsConnection;
  readonly #prefix = `_INBOX.${crypto.randomUUID()}.`;
  readonly #waiting: Map<string, (sequence: number) => void> = new Map();
  #sent = 0;

  constructor(connection: NatsConnection) {
    this.#connection = connection;
    connection.subscribe(`${this.#prefix}*`, {
      callback: (_, message) => {
        const resolve = this.#waiting.get(message.subject)!;
        this.#waiting.delete(message.subject);
        resolve(message.json<{ seq: number }>().seq);
      },
    });
  }

  publish(subject: string, bytes: Uint8Array, last: number): Promise<number> {
    const block = encoder.encode(`NATS/1.0\r\nNats-Expected-Last-Subject-Sequence: ${last}\r\n\r\n`);
    const headers = { encode: () => block } as never;
    const reply = this.#prefix + (this.#sent++).toString(36);
    return new Promise((resolve) => {
      this.#waiting.set(reply, resolve);
      this.#connection.publish(subject, bytes, { reply, headers });
    });
  }
}
