import { memory } from "@flowmade-one/aether/memory";
import { assert, assertEquals } from "@std/assert";
import { decodeReply, decodeRequest, encodeReply, encodeRequest } from "../../src/hosting/request_message.ts";
import { parseNamespace } from "../../src/values/parse_namespace.ts";

const namespace = parseNamespace("screenings");

Deno.test("decodeRequest() returns the request that encodeRequest() encoded", () => {
  const request = {
    actorId: "screening.1",
    command: { take: 'Ann "é" \u0000', seats: [1, 2], more: null },
    commitId: "c1",
    issuedAfter: 7,
    options: { attempts: 3, lookback: "all", onExhausted: "refuse", metadata: { by: "test" } } as const,
    needsAnswer: true,
    trace: undefined,
  };
  const { trace: _, ...rest } = request;
  const { trace, ...decoded } = decodeRequest(encodeRequest(request))!;
  assertEquals([decoded, trace], [rest as typeof decoded, undefined]);
});

Deno.test("decodeReply() returns the recorded events that encodeReply() encoded, frozen", async () => {
  const store = memory().store(namespace);
  await store.append("screening.1", [{ type: "Opened", data: 1 }], { expectedVersion: 0 });
  const events = [
    { type: "Taken", data: { by: "Ann", seats: [1] }, metadata: { correlationId: "r1" } },
    { type: "Paid", data: "é", schemaVersion: 3 },
  ];
  await store.append("screening.1", events, { expectedVersion: 1, commitId: "c1" });
  const recorded = await store.read("screening.1", { from: 2 }).toArray();
  const reply = {
    kind: "done",
    version: 3,
    events: recorded,
    duplicate: true,
    lookbackExhausted: false,
    answer: { taken: 1 },
  } as const;
  const decoded = decodeReply(encodeReply(reply), namespace, "screening.1");
  assertEquals(decoded, reply);
  assert(decoded?.kind === "done" && Object.isFrozen(decoded.events[1]) && Object.isFrozen(decoded.events[0]!.data));
});
