import { assert } from "@std/assert";
import type { NatsConnection } from "@nats-io/transport-node";
import { poll } from "../../../tools/nats/poll.ts";

/** Asks JetStream's API as any other client would; the adapter has no part in it. */
export async function ask<T>(connection: NatsConnection, path: string, question: object = {}): Promise<T> {
  const answer = await connection.request(`$JS.API.${path}`, JSON.stringify(question), { timeout: 60_000 });
  return answer.json<T>();
}

/** A stored message. Its headers are a string. */
export interface RawMessage {
  readonly subject: string;
  readonly headers: string;
  readonly body: Uint8Array;
}

/** A stored message as it is. */
export async function storedMessage(connection: NatsConnection, stream: string, sequence: number): Promise<RawMessage> {
  const message = await getMessage(connection, stream, { seq: sequence });
  if (message === undefined) throw new Error(`stream ${stream} has no message ${sequence}`);
  return message;
}

/** The last message of a subject as it is; `undefined` if there is none, or no such stream. */
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
  question: object,
): Promise<RawMessage | undefined> {
  const { message } = await ask<{ message?: { subject: string; hdrs?: string; data?: string } }>(
    connection,
    `STREAM.MSG.GET.${stream}`,
    question,
  );
  return message && {
    subject: message.subject,
    headers: new TextDecoder().decode(fromBase64(message.hdrs)),
    body: fromBase64(message.data),
  };
}

function fromBase64(text = ""): Uint8Array {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
}

/** The consumers of a stream, by name. */
export async function consumerNames(connection: NatsConnection, stream: string): Promise<string[]> {
  return (await ask<{ consumers: string[] | null }>(connection, `CONSUMER.NAMES.${stream}`)).consumers ?? [];
}

/** Waits until a stream has no consumers: who ends one does not wait long for the server to have done it. */
export async function untilNoConsumers(connection: NatsConnection, stream: string): Promise<void> {
  const areGone = await poll(async () => (await consumerNames(connection, stream)).length === 0);
  assert(areGone, `${stream} still has consumers: ${await consumerNames(connection, stream)}`);
}

/**
 * Waits until the server has this number of subscriptions of a connection. An end may be reported late, and hide one
 * that began late.
 */
export async function untilSubscriptions(
  monitoringUrl: string,
  connection: NatsConnection,
  count: number,
): Promise<void> {
  const areSoMany = await poll(async () => await countSubscriptions(monitoringUrl, connection) === count);
  assert(areSoMany, `${await countSubscriptions(monitoringUrl, connection)} subscriptions, not ${count}`);
}

/** How many subscriptions the server knows of a connection. */
export async function countSubscriptions(monitoringUrl: string, connection: NatsConnection): Promise<number> {
  // The server hears of everything before the flush first.
  await connection.flush();
  const response = await fetch(`${monitoringUrl}/connz?cid=${connection.info!.client_id}`);
  const { connections } = await response.json();
  return connections[0].subscriptions;
}
