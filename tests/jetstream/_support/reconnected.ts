import type { NatsConnection } from "@nats-io/transport-node";

/** Resolves when the connection has been made again, and the server knows its subscriptions. To be called before. */
export async function reconnected(connection: NatsConnection): Promise<void> {
  for await (const { type } of connection.status()) {
    if (type === "reconnect") return await connection.flush();
  }
}
