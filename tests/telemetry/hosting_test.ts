import { assert, assertEquals, assertRejects } from "@std/assert";
import { isAetherError } from "@flowmade-one/aether";
import { hostActors } from "@flowmade-one/aether/hosting";
import { openTelemetry } from "@flowmade-one/aether/opentelemetry";
import { memory } from "@flowmade-one/aether/memory";
import { until } from "../_support/until.ts";
import { hashOf, ownerOf } from "../../src/coordination/placement.ts";
import { SeatEvents, seats } from "../hosting/seats.ts";
import { RecordingSdk } from "./recording_sdk.ts";

Deno.test("hostActors() records a command for another node as one trace: request, serve, execute, append", async () => {
  await using sdk = new RecordingSdk();
  await using backend = memory({ observer: openTelemetry(sdk.api) });
  const store = backend.store("screenings", SeatEvents);
  const names = ["n1", "n2"];
  const nodes = await Promise.all(names.map(async (name) => {
    const cluster = await backend.join({ name, heartbeat: 20, ttl: 10_000 });
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

Deno.test("hostActors() counts a command that is aborted during its request to the owner as an unknown outcome", async () => {
  await using sdk = new RecordingSdk();
  await using backend = memory({ observer: openTelemetry(sdk.api) });
  const store = backend.store("screenings", SeatEvents);
  const [peer, own] = await Promise.all(["peer", "own"].map((name) => {
    return backend.join({ name, heartbeat: 20, ttl: 10_000 });
  }));
  const asked = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<Uint8Array>();
  await using _serving = peer!.calls!.serve({ namespace: store.namespace, service: "seats" }, () => {
    asked.resolve();
    return answer.promise;
  });
  using _offer = peer!.offer("actors:screenings:seats");
  await using host = hostActors(store, seats, { cluster: own!, name: "seats" });
  const offering = () => own!.members.filter(({ services }) => services.includes("actors:screenings:seats")).length;
  await until("both nodes offer the service", () => offering() === 2);
  const members = ["own", "peer"].map((name) => ({ name, hash: hashOf(name) }));
  const actorId = Array.from({ length: 100 }, (_, i) => `screening.${i}`)
    .find((id) => ownerOf(members, hashOf(id))!.name === "peer")!;
  const controller = new AbortController();
  const failing = assertRejects(() => host.execute(actorId, { take: "Ann" }, { signal: controller.signal }));
  await asked.promise;
  controller.abort();
  assert(isAetherError(await failing, "outcome-unknown"));
  assertEquals(sdk.named("request aether")[0]?.attributes["error.type"], "outcome-unknown");
  assertEquals(await sdk.sumOf("aether.append.outcome_unknown"), 1);
  answer.resolve(new Uint8Array());
});
