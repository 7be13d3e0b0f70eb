/** Commands whose owner does not answer, or sends an answer that the caller cannot use. */
import { decider, isAetherError } from "@flowmade-one/aether";
import { VersionConflictError } from "@flowmade-one/aether/errors";
import { hostActors, type HostedOptions } from "@flowmade-one/aether/hosting";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { until } from "../_support/until.ts";
import { openBackend } from "../cluster/open_cluster.ts";
import { hashOf, ownerOf } from "../../src/coordination/placement.ts";
import { type HostOptions, hostSeats, untilHosted } from "./hosting_nodes.ts";
import { type SeatCommand, SeatEvents, seats, SoldOut } from "./seats.ts";

type Handler = (request: Uint8Array) => Promise<Uint8Array>;

/** A node that hosts actors, and another node, the owner of `actorId`, whose answers a test provides. */
async function openWithPeer(handler: Handler, options: HostOptions = {}) {
  const test = openBackend();
  const [peer, own] = [await test.join("peer"), await test.join("own")];
  const store = test.backend.store("screenings", SeatEvents);
  const serving = peer.calls!.serve({ namespace: store.namespace, service: "seats" }, handler);
  peer.offer("actors:screenings:seats");
  const host = hostSeats(store, own, options);
  await untilHosted([own].map((cluster) => ({ cluster })), 2);
  const members = ["own", "peer"].map((name) => ({ name, hash: hashOf(name) }));
  const ids = Array.from({ length: 100 }, (_, i) => `screening.${i}`);
  const actorId = ids.find((id) => ownerOf(members, hashOf(id))!.name === "peer")!;
  const close = async () => {
    await host.close();
    await test[Symbol.asyncDispose]();
  };
  return { test, store, own, host, actorId, serving, [Symbol.asyncDispose]: close };
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

const lostAnswers: [title: string, options: HostedOptions, isDuplicate: boolean][] = [
  ["a new command", {}, false],
  ["a command with a commit id of the caller", { commitId: "c1" }, true],
];

for (const [title, options, isDuplicate] of lostAnswers) {
  Deno.test(`execute() finds the commit of an owner whose answer was lost, for ${title}`, async () => {
    await using scene = await openWithPeer(async (bytes) => {
      const { commitId } = JSON.parse(new TextDecoder().decode(bytes));
      const event = { type: "Taken" as const, data: { by: "Ann" } };
      await scene.store.append(scene.actorId, [event], { expectedVersion: 0, commitId });
      return new Uint8Array();
    });
    const { duplicate, version } = await scene.host.execute(scene.actorId, { take: "Ann" }, options);
    assertEquals([duplicate, version, await scene.store.latestVersion(scene.actorId)], [isDuplicate, 1, 1]);
  });
}

/** Answers after which the owner may still store the command, and answers after which it will not. */
const handBacks: [title: string, answer: object, ownerMayStore: boolean][] = [
  ["no answer that it can decode", {}, true],
  ["unknown", { v: 1, kind: "handed-back", reason: "unknown" }, true],
  ["too-large", { v: 1, kind: "handed-back", reason: "too-large" }, true],
  ["a reason of a later release", { v: 1, kind: "handed-back", reason: "later" }, true],
  ["no-result", { v: 1, kind: "handed-back", reason: "no-result" }, false],
  ["overdue", { v: 1, kind: "handed-back", reason: "overdue" }, false],
  ["unsupported", { v: 1, kind: "handed-back", reason: "unsupported" }, false],
  ["no-session", { v: 1, kind: "handed-back", reason: "no-session" }, false],
];

for (const [title, answer, ownerMayStore] of handBacks) {
  const bytes = new TextEncoder().encode(JSON.stringify(answer));

  Deno.test(`execute() ${ownerMayStore ? "does not return" : "returns"} its own refusal after ${title}`, async () => {
    await using scene = await openWithPeer(() => Promise.resolve(bytes));
    const { host, actorId, store } = scene;
    for (const by of ["Ann", "Bob", "Cid"]) await host.execute(actorId, { take: by });
    const error = await assertRejects(() => host.execute(actorId, { take: "Dan" }, { commitId: "c1" }));
    if (!ownerMayStore) return assert(error instanceof SoldOut);
    assert(isAetherError(error, "outcome-unknown"), String(error));
    assert(error.cause instanceof SoldOut);
    assertEquals([error.commitId, error.actorId, error.namespace], ["c1", actorId, store.namespace]);
    assert(error.isRetryable);
  });

  Deno.test(`execute() ${ownerMayStore ? "does not return" : "returns"} its own empty result after ${title}`, async () => {
    await using scene = await openWithPeer(() => Promise.resolve(bytes));
    const { host, actorId } = scene;
    const execution = host.execute(actorId, { return: "Ann" });
    if (!ownerMayStore) return assertEquals((await execution).events, []);
    const error = await assertRejects(() => execution);
    assert(isAetherError(error, "outcome-unknown"), String(error));
    assertEquals([error.isRetryable, "cause" in error], [false, false]);
  });
}

Deno.test("execute() throws OutcomeUnknownError if it cannot execute a command that its owner may store", async () => {
  await using scene = await openWithPeer(() => Promise.resolve(new Uint8Array()), { maxQueue: 1 });
  const { host, actorId } = scene;
  const results = await Promise.allSettled(["Ann", "Bob", "Cid"].map((by) => host.execute(actorId, { take: by })));
  const errors = results.flatMap((result) => result.status === "rejected" ? [result.reason] : []);
  assertEquals(errors.length, 1);
  const [error] = errors;
  assert(isAetherError(error, "outcome-unknown"), String(error));
  assert(isAetherError(error.cause, "overloaded"), String(error.cause));
});

const conflicts: [expectedVersion: number, code: string][] = [[0, "version-conflict"], [2, "outcome-unknown"]];

for (const [expectedVersion, code] of conflicts) {
  Deno.test(`execute() of an actor at version 1 with expectedVersion ${expectedVersion} throws ${code} without an answer`, async () => {
    await using scene = await openWithPeer(() => Promise.resolve(new Uint8Array()));
    const { host, actorId } = scene;
    await host.execute(actorId, { take: "Ann" });
    const error = await assertRejects(() => host.execute(actorId, { take: "Bob" }, { expectedVersion }));
    assert(isAetherError(error), String(error));
    assertEquals(error.code, code);
  });
}

Deno.test("execute() throws OutcomeUnknownError if decide throws a conflict of another actor, without an answer of the owner", async () => {
  await using scene = await openWithPeer(() => Promise.resolve(new Uint8Array()));
  const { own, actorId, store } = scene;
  await scene.host.close();
  const conflict = new VersionConflictError({ namespace: store.namespace, actorId: "other.1", expected: 1, actual: 2 });
  const refusing = decider(SeatEvents, {
    ...seats,
    decide: (_: SeatCommand) => {
      throw conflict;
    },
  });
  await using host = hostActors(store, refusing, { cluster: own, name: "seats" });
  await untilHosted([{ cluster: own }], 2);
  const error = await assertRejects(() => host.execute(actorId, { take: "Ann" }));
  assert(isAetherError(error, "outcome-unknown"), String(error));
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
  await scene.serving[Symbol.asyncDispose]();
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
