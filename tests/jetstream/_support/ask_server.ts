import { assert } from "@std/assert";
import type { NatsConnection } from "@nats-io/transport-node";
import { poll } from "../../../tools/nats/poll.ts";

/** Sends a request to JetStream's API over a plain connection, without the adapter. Returns the parsed reply. */
export async function ask<T>(connection: NatsConnection, path: string, request: object = {}): Promise<T> {
  const reply = await connection.request(`$JS.API.${path}`, JSON.stringify(request), { timeout: 60_000 });
  return reply.json<T>();
}

/** A stored message. `headers` is the header block as one string. */
export interface RawMessage {
  readonly subject: string;
  readonly headers: string;
  readonly body: Uint8Array;
}

/** The message of a stream at a sequence. */
export async function storedMessage(connection: NatsConnection, stream: string, sequence: number): Promise<RawMessage> {
  const message = await getMessage(connection, stream, { seq: sequence });
  if (message === undefined) throw new Error(`stream ${stream} has no message ${sequence}`);
  return message;
}

/** The last message of a subject; `undefined` if the subject has no message, or the stream does not exist. */
export function lastMessage(
  connection: NatsConnection,
  stream: string,
  subject: string,
): Promise<RawMessage | undefined> {
  return getMessage(connection, stream, { last_by_subj: subject });
}

async function getMessage(
  connection: NatsConnection,
  stream: string,
  request: object,
): Promise<RawMessage | undefined> {
  const { message } = await ask<{ message?: { subject: string; hdrs?: string; data?: string } }>(
    connection,
    `STREAM.MSG.GET.${stream}`,
    request,
  );
  return message && {
    subject: message.subject,
    headers: new TextDecoder().decode(fromBase64(message.hdrs)),
    body: fromBase64(message.data),
  };
}

function fromBase64(base64 = ""): Uint8Array {
  return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
}

/** The names of a stream's consumers. */
export async function consumerNames(connection: NatsConnection, stream: string): Promise<string[]> {
  return (await ask<{ consumers: string[] | null }>(connection, `CONSUMER.NAMES.${stream}`)).consumers ?? [];
}

/** Waits until a stream has no consumers. The adapter waits for the deletion of a consumer only for a short time. */
export async function untilNoConsumers(connection: NatsConnection, stream: string): Promise<void> {
  const haveEnded = await poll(async () => (await consumerNames(connection, stream)).length === 0);
  assert(haveEnded, `${stream} still has consumers: ${await consumerNames(connection, stream)}`);
}

/**
 * Waits until the server counts a number of subscriptions of a connection. A count can be right by accident: the server
 * may report a subscription that has ended, and not yet report a new one.
 */
export async function untilSubscriptions(
  monitoringUrl: string,
  connection: NatsConnection,
  count: number,
): Promise<void> {
  const isReached = await poll(async () => await countSubscriptions(monitoringUrl, connection) === count);
  assert(isReached, `${await countSubscriptions(monitoringUrl, connection)} subscriptions, not ${count}`);
}

/** The number of subscriptions of a connection on the server, from its monitoring endpoint. */
export async function countSubscriptions(monitoringUrl: string, connection: NatsConnection): Promise<number> {
  // When the flush ends, the server has processed all earlier subscriptions of the connection.
  await connection.flush();
  const response = await fetch(`${monitoringUrl}/connz?cid=${connection.info!.client_id}`);
  const { connections } = await response.json();
  return connections[0].subscriptions;
}
