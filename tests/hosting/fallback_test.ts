/** Commands whose owner does not answer, or sends an answer that the caller cannot use. */
import { isAetherError } from "@flowmade-one/aether";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { openBackend, until } from "../cluster/open_cluster.ts";
import { hashOf, ownerOf } from "../../src/coordination/placement.ts";
import { hostSeats, untilHosted } from "./hosting_nodes.ts";
import { SeatEvents } from "./seats.ts";

type Handler = (request: Uint8Array) => Promise<Uint8Array>;

/** A node that hosts actors, and another node, the owner of `actorId`, whose answers a test provides. */
async function openWithPeer(handler: Handler) {
  const test = openBackend();
  const [peer, own] = [await test.join("peer"), await test.join("own")];
  const store = test.backend.store("screenings", SeatEvents);
  const address = { namespace: store.namespace, service: "seats", node: "peer" };
  const serving = peer.calls!.serve(address, handler);
  peer.offer("actors:screenings:seats");
  const host = hostSeats(store, own);
  await untilHosted([own].map((cluster) => ({ cluster })), 2);
  const members = ["own", "peer"].map((name) => ({ name, hash: hashOf(name) }));
  const ids = Array.from({ length: 100 }, (_, i) => `screening.${i}`);
  const actorId = ids.find((id) => ownerOf(members, hashOf(id))!.name === "peer")!;
  const close = async () => {
    await host.close();
    await test[Symbol.asyncDispose]();
  };
  return { test, store, host, actorId, serving, [Symbol.asyncDispose]: close };
}

const answers: [title: string, bytes: Uint8Array][] = [
  ["an empty answer", new Uint8Array()],
  ["an answer that is not JSON", new Uint8Array([1, 2, 3])],
  ["an answer of an unknown kind", new TextEncoder().encode('{"v":2,"kind":"moved"}')],
  ["a command that was handed back", new TextEncoder().encode('{"v":2,"kind":"handed-back","reason":"new reason"}')],
];

for (const [title, bytes] of answers) {
  Deno.test(`execute() executes the command in this process after ${title}`, async () => {
    await using scene = await openWithPeer(() => Promise.resolve(bytes));
    const { host, actorId, store } = scene;
    assertEquals((await host.execute(actorId, { take: "Ann" })).answer, ["Ann"]);
    assertEquals([host.stats.sent, host.stats.fallbacks], [1, 1]);
    assertEquals(await store.latestVersion(actorId), 1);
  });
}

Deno.test("execute() finds the commit of an owner whose answer was lost", async () => {
  const scene = await openWithPeer(async (bytes) => {
    const { commitId } = JSON.parse(new TextDecoder().decode(bytes));
    const event = { type: "Taken" as const, data: { by: "Ann" } };
    await scene.store.append(scene.actorId, [event], { expectedVersion: 0, commitId });
    return new Uint8Array();
  });
  const { duplicate, version } = await scene.host.execute(scene.actorId, { take: "Ann" });
  assertEquals([duplicate, version, await scene.store.latestVersion(scene.actorId)], [true, 1, 1]);
  await scene[Symbol.asyncDispose]();
});

Deno.test("execute() fails with OverloadedError if the queue of the owner is full", async () => {
  const overloaded = new TextEncoder().encode('{"v":1,"kind":"overloaded","capacity":7}');
  await using scene = await openWithPeer(() => Promise.resolve(overloaded));
  const error = await assertRejects(() => scene.host.execute(scene.actorId, { take: "Ann" }));
  assert(isAetherError(error, "overloaded"), String(error));
  assertEquals([error.capacity, await scene.store.latestVersion(scene.actorId)], [7, 0]);
});

Deno.test("execute() throws OutcomeUnknownError if its signal is aborted during the request to the owner", async () => {
  const requested = Promise.withResolvers<void>();
  await using scene = await openWithPeer(() => {
    requested.resolve();
    return new Promise(() => {});
  });
  const controller = new AbortController();
  const options = { signal: controller.signal, commitId: "c1" };
  const failing = assertRejects(() => scene.host.execute(scene.actorId, { take: "Ann" }, options));
  await requested.promise;
  controller.abort();
  const error = await failing;
  assert(isAetherError(error, "outcome-unknown"), String(error));
  assertEquals(error.commitId, "c1");
});

Deno.test("execute() throws AbortError and sends no request if its signal was aborted before", async () => {
  await using scene = await openWithPeer(() => Promise.resolve(new Uint8Array()));
  const options = { signal: AbortSignal.abort() };
  const error = await assertRejects(() => scene.host.execute(scene.actorId, { take: "Ann" }, options));
  assert(isAetherError(error, "aborted"), String(error));
  assertEquals(scene.host.stats.sent, 0);
});

Deno.test("execute() sends a command to the next owner if the first one is unreachable", async () => {
  await using scene = await openWithPeer(() => Promise.resolve(new Uint8Array()));
  scene.serving[Symbol.dispose]();
  assertEquals((await scene.host.execute(scene.actorId, { take: "Ann" })).answer, ["Ann"]);
  assertEquals([scene.host.stats.sent, scene.host.stats.fallbacks], [1, 0]);
  await scene.host.execute(scene.actorId, { take: "Bob" });
  assertEquals(scene.host.stats.sent, 1);
});

Deno.test("execute() repeats a request with the version from the answer of the owner", async () => {
  const since: number[] = [];
  await using scene = await openWithPeer((bytes) => {
    since.push(JSON.parse(new TextDecoder().decode(bytes)).since);
    const answer = since.length === 1 ? { v: 1, kind: "again", version: 300 } : { v: 1, kind: "handed-back" };
    return Promise.resolve(new TextEncoder().encode(JSON.stringify(answer)));
  });
  await scene.host.execute(scene.actorId, { take: "Ann" });
  assertEquals(since, [0, 300]);
  await until("both requests are counted", () => scene.host.stats.sent === 2);
});
