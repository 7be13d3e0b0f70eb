import { connect, type NatsConnection } from "@nats-io/transport-node";

/** Deliveries of each subject to each pattern: `deliveries[pattern][subject]`, by index in the lists. */
export type Deliveries = readonly Uint8Array[];

/** Subjects that are published between two round trips, which bounds what the server has to buffer. */
const BATCH = 500;

/**
 * Subscribes to each pattern and publishes each subject once, on one connection.
 *
 * A server handles the commands of a connection in order, and sends their messages in order too. Its reply to the ping
 * after a batch thus follows all messages of the batch.
 *
 * @throws {Error} If the server rejects a command, or delivers a message that was not published.
 */
export async function countDeliveries(
  url: string,
  patterns: readonly string[],
  subjects: readonly string[],
): Promise<Deliveries> {
  const deliveries = patterns.map(() => new Uint8Array(subjects.length));
  const connection = await connect({ servers: url, reconnect: false, noAsyncTraces: true });
  const problems: string[] = [];
  const listening = collectErrors(connection, problems);
  try {
    for (const [index, pattern] of patterns.entries()) {
      const counts = deliveries[index]!;
      connection.subscribe(pattern, {
        callback: (error, message) => {
          const id = error === null ? Number(message.string()) : -1;
          if (subjects[id] === message.subject) counts[id]!++;
          else problems.push(`${pattern} received ${error ?? `${message.subject}, which was not published`}`);
        },
      });
    }
    for (let start = 0; start < subjects.length; start += BATCH) {
      for (const [offset, subject] of subjects.slice(start, start + BATCH).entries()) {
        connection.publish(subject, String(start + offset));
      }
      await connection.flush();
    }
  } finally {
    await connection.close();
    await listening;
  }
  if (problems.length > 0) throw new Error(`Cannot compare with ${url}: ${problems.slice(0, 5).join("; ")}`);
  return deliveries;
}

async function collectErrors(connection: NatsConnection, problems: string[]): Promise<void> {
  for await (const status of connection.status()) {
    if (status.type === "error") problems.push(`the server says "${status.error.message}"`);
  }
}
