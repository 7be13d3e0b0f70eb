/**
 * One member of the consumer "c" in a process of its own. It appends a line to a ledger when its handler begins and ends an
 * event. It closes when its standard input ends.
 */
import { consume } from "@flowmade-one/aether/consumers";
import { jetstream } from "@flowmade-one/aether/jetstream";
import { connect } from "@nats-io/transport-node";
import type { ConsumerProcessSettings, HandlingLine } from "./consumer_ledger.ts";
import { CONNECTION } from "./test_server.ts";

/** Milliseconds that a handler takes. */
const WORK_MS = 5;

const { ledger, name, servers, replicas, ttl, saveEvery }: ConsumerProcessSettings = JSON.parse(Deno.args[0]!);

function write(line: Omit<HandlingLine, "process" | "at">): void {
  Deno.writeTextFileSync(ledger, `${JSON.stringify({ process: name, at: Date.now(), ...line })}\n`, { append: true });
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
  await new Promise((resolve) => setTimeout(resolve, WORK_MS));
  if (!signal.aborted) write({ ends: `${actorId}@${version}` });
});
write({ joined: true });

for await (const _ of Deno.stdin.readable);
await consumer.close();
await backend.close();
await connection.close();
