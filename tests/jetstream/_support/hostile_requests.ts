/** Requests and subscriptions of a hostile user, without the adapter. */
import type { NatsConnection } from "@nats-io/transport-node";
import { toRequestFailure } from "../../../adapters/jetstream/nats/request_failure.ts";
import { encodeRequest } from "../../../src/hosting/request_message.ts";

/** The bytes with which a hostile user requests a host to take a seat. */
export const HOSTILE_COMMAND: Uint8Array = encodeRequest({
  actorId: "screening.1",
  command: { take: "Mallory" },
  commitId: "hostile",
  issuedAfter: 0,
  options: {},
  needsAnswer: false,
});

/** A request. `body` is a string, or JSON. */
export type HostileRequest = [title: string, subject: string, body?: object | string | Uint8Array];

/** The body of a request that creates a consumer. */
export function consumer(stream: string, config: object = {}): object {
  return {
    stream_name: stream,
    config: { name: "c", ack_policy: "none", deliver_policy: "all", ...config },
    action: "create",
  };
}

/** The server's reply to a request, or the reason why there is none. */
export async function attempt(
  connection: NatsConnection,
  subject: string,
  body: object | string | Uint8Array = "",
  timeout: number = 60_000,
): Promise<string> {
  try {
    const payload = typeof body === "string" || body instanceof Uint8Array ? body : JSON.stringify(body);
    return (await connection.request(subject, payload, { timeout })).string();
  } catch (error) {
    return toRequestFailure(error).kind;
  }
}

/** Whether the server permits a subscription. */
export async function maySubscribe(connection: NatsConnection, subject: string, queue?: string): Promise<boolean> {
  let isRefused = false;
  const callback = (error: Error | null) => void (isRefused ||= error !== null);
  const subscription = connection.subscribe(subject, queue === undefined ? { callback } : { callback, queue });
  await connection.flush();
  subscription.unsubscribe();
  return !isRefused;
}
