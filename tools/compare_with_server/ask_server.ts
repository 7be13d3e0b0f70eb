import { connect, type NatsConnection } from "@nats-io/transport-node";

/** How often each pattern received each subject: `deliveries[pattern][subject]`, by their places in the lists. */
export type Deliveries = readonly Uint8Array[];

/** Subjects published before the server is waited for, so that what it has to send stays far below what it may hold. */
const BATCH = 500;

/**
 * Subscribes to every pattern and publishes to every subject once, on one connection.
 *
 * The server handles a connection's commands in order, and sends it what they cause in order too: once it has answered
 * the ping behind a batch, everything that the batch caused has arrived.
 *
 * @throws {Error} The server refused something, or delivered what was not published: there is nothing to compare then.
 */
export async function askServer(
  url: string,
  patterns: readonly string[],
  subjects: readonly string[],
): Promise<Deliveries> {
  const deliveries = patterns.map(() => new Uint8Array(subjects.length));
  const connection = await connect({ servers: url, reconnect: false, noAsyncTraces: true });
  const complaints: string[] = [];
  const listening = listen(connection, complaints);
  try {
    for (const [index, pattern] of patterns.entries()) {
      const counts = deliveries[index]!;
      connection.subscribe(pattern, {
        callback: (error, message) => {
          const id = error === null ? Number(message.string()) : -1;
          if (subjects[id] === message.subject) counts[id]!++;
          else complaints.push(`${pattern} received ${error ?? `${message.subject}, which was not published`}`);
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
  if (complaints.length > 0) throw new Error(`Cannot compare with ${url}: ${complaints.slice(0, 5).join("; ")}`);
  return deliveries;
}

/** Collects what the server refuses, until the connection is closed. */
async function listen(connection: NatsConnection, complaints: string[]): Promise<void> {
  for await (const status of connection.status()) {
    if (status.type === "error") complaints.push(`the server says "${status.error.message}"`);
  }
}
