/** The messages that a process with ten idle consumers in one namespace sends, with the default `ttl`. */
import { consume } from "../../consumers.ts";
import { jetstream } from "../../adapters/jetstream/mod.ts";
import { connect } from "@nats-io/transport-node";
import type { Fixture } from "../jetstream/fixture.ts";
import type { Row } from "../report.ts";
import type { Scale } from "../scale.ts";

const CONSUMERS = 10;

/** Milliseconds: a multiple of the default heartbeat. */
const SPAN_MS = 20_000;

/** See the top of this file. */
export async function* benchIdle({ server }: Fixture, scale: Scale): AsyncGenerator<Row, void, void> {
  const span = scale.isFull ? SPAN_MS : SPAN_MS / 10;
  const connection = await connect({ servers: server.url, noAsyncTraces: true });
  const backend = await jetstream({ connection });
  const store = backend.store("idle");
  for (let i = 0; i < CONSUMERS; i++) await consume(store, { name: `idle-${i}`, order: "actor" }, () => {});
  // First, lanes that have just been claimed save their start.
  await new Promise((resolve) => setTimeout(resolve, scale.isFull ? 5_000 : 500));
  const before = connection.stats().outMsgs;
  await new Promise((resolve) => setTimeout(resolve, span));
  const sent = connection.stats().outMsgs - before;
  await backend.close();
  await connection.close();
  yield {
    group: "idle consumers",
    name: `messages a second of a process with ${CONSUMERS} idle consumers in a namespace`,
    measured: sent / (span / 1_000),
    unit: "/s",
    reach: 2,
    stretch: 1,
    note: "the ten consumers share one session",
  };
}
