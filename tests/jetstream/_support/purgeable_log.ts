import type { NatsConnection } from "@nats-io/transport-node";
import { ask } from "./ask_server.ts";

/**
 * Creates the stream of a log as an operator may: other than the adapter's streams, it permits purges and the
 * deletion of messages.
 */
export async function makePurgeableLog(connection: NatsConnection, namespace = "t", config = {}): Promise<void> {
  await ask(connection, `STREAM.CREATE.${namespace}_events`, {
    name: `${namespace}_events`,
    description: "aether log v1 partitions=16",
    subjects: [`aether.log.${namespace}.>`],
    allow_direct: true,
    ...config,
    republish: { src: `aether.log.${namespace}.>`, dest: `aether.commits.1.${namespace}.>` },
  });
}
