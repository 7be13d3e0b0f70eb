import type { NatsConnection } from "@nats-io/transport-node";

/**
 * Resolves when the connection has reconnected, and the server has its subscriptions again. Call it before the
 * connection is lost.
 */
export async function reconnected(connection: NatsConnection): Promise<void> {
  for await (const { type } of connection.status()) {
    // The connection may be lost again before the flush ends.
    if (type === "reconnect" && await connection.flush().then(() => true, () => false)) return;
  }
}
