import { assertEquals } from "@std/assert";
import { hostActors } from "@flowmade-one/aether/hosting";
import { openTelemetry } from "@flowmade-one/aether/opentelemetry";
import { memory } from "@flowmade-one/aether/memory";
import { hashOf, ownerOf } from "../../src/coordination/placement.ts";
import { SeatEvents, seats } from "../hosting/seats.ts";
import { RecordingSdk } from "./recording_sdk.ts";

Deno.test("a command for another node is one trace: request, serve, execute, append", async () => {
  await using sdk = new RecordingSdk();
  await using backend = memory({ observer: openTelemetry(sdk.api) });
  const store = backend.store("screenings", SeatEvents);
  const names = ["n1", "n2"];
  const nodes = await Promise.all(names.map(async (name) => {
    const cluster = await backend.join({ name, heartbeat: 20, ttl: 200 });
    return { cluster, host: hostActors(store, seats, { cluster, name: "seats" }) };
  }));
  const actorId = Array.from({ length: 100 }, (_, i) => `screening.${i}`)
    .find((id) => ownerOf(names.map((name) => ({ name, hash: hashOf(name) })), hashOf(id))!.name === "n1")!;
  const [, two] = nodes;
  while (sdk.named("serve aether").length === 0) await two!.host.execute(actorId, { take: "Ann" }).catch(() => {});
  const [serve] = sdk.named("serve aether");
  const trace = sdk.spans.filter((span) => span.spanContext().traceId === serve!.spanContext().traceId);
  const nameOf = (spanId: string | undefined) => trace.find((span) => span.spanContext().spanId === spanId)?.name;
  const parents = trace.map(({ name, parentSpanContext }) => [name, nameOf(parentSpanContext?.spanId)]);
  for (
    const [name, parent] of [
      ["request aether", undefined],
      ["serve aether", "request aether"],
      ["execute aether", "serve aether"],
      ["append aether", "attempt aether"],
    ]
  ) assertEquals(parents.find(([own]) => own === name), [name, parent]);
  for (const { host, cluster } of nodes) {
    await host.close();
    await cluster.close();
  }
});
