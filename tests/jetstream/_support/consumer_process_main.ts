/**
 * One member of the consumer "c", as a process. It appends a line to the ledger when its handler begins an event, and
 * when it ends it. It closes when its standard input ends.
 */
import { consume } from "@flowmade-one/aether/consumers";
import { jetstream } from "@flowmade-one/aether/jetstream";
import { connect } from "@nats-io/transport-node";
import type { ConsumerProcessSettings, HandlingLine } from "./consumer_ledger.ts";
import { CONNECTION } from "./test_server.ts";

/** Milliseconds that the handler takes for an event. */
const HANDLER_MS = 5;

const { ledger, name, servers, replicas, ttl, saveEvery }: ConsumerProcessSettings = JSON.parse(Deno.args[0]!);

function write(line: Omit<HandlingLine, "process">): void {
  Deno.writeTextFileSync(ledger, `${JSON.stringify({ process: name, ...line })}\n`, { append: true });
}

const connection = await connect({
  servers: [...servers],
  ...CONNECTION,
  maxReconnectAttempts: -1,
  reconnectTimeWait: 50,
});
const backend = await jetstream({ connection, replicas, timeout: 5_000 });
const onError = (error: unknown) => write({ error: `${error}` });
const options = { name: "c", order: "actor", ttl, saveEvery, onError } as const;
const consumer = await consume(backend.store("orders"), options, async ({ actorId, version }, { signal }) => {
  write({ begins: `${actorId}@${version}` });
  await new Promise((resolve) => setTimeout(resolve, HANDLER_MS));
  if (!signal.aborted) write({ ends: `${actorId}@${version}` });
});
write({ joined: true });

for await (const _ of Deno.stdin.readable);
await consumer.close();
await backend.close();
await connection.close();
