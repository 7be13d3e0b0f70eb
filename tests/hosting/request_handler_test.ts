import type { Cluster } from "@flowmade-one/aether/cluster";
import { OutcomeUnknownError, OverloadedError } from "@flowmade-one/aether/errors";
import { assertEquals } from "@std/assert";
import { decodeReply } from "../../src/hosting/request_message.ts";
import { parseNamespace } from "../../src/values/parse_namespace.ts";
import { openHandler, SESSION, taking } from "./test_host.ts";

Deno.test("RequestHandler.answer() returns the stored commit, also for a repeated request", async () => {
  const { ask } = openHandler();
  const first = await ask(taking("Ann"));
  const { v, kind, version, duplicate, commitId, answer } = first;
  assertEquals([v, kind, version, duplicate, commitId, answer], [1, "done", 1, false, "Ann", ["Ann"]]);
  assertEquals(await ask(taking("Ann")), { ...first, duplicate: true });
});

const handedBack: [title: string, request: object, reason: string][] = [
  ["a later version of the protocol", taking("Ann", { v: 2 }), "unsupported"],
  ["no version", taking("Ann", { v: undefined }), "unsupported"],
  ["no actor", taking("Ann", { actorId: undefined }), "unsupported"],
  ["no command", taking("Ann", { command: undefined }), "unsupported"],
  ["no commit id", taking("Ann", { commitId: undefined }), "unsupported"],
  ["a negative version", taking("Ann", { since: -1 }), "unsupported"],
  ["no options", taking("Ann", { options: null }), "unsupported"],
  ["an invalid actor id", taking("Ann", { actorId: "a..b" }), "no-result"],
  ["an invalid commit id", taking("Ann", { commitId: "a b" }), "no-result"],
  ["an invalid option", taking("Ann", { options: { attempts: 0 } }), "no-result"],
  ["a command that decides nothing", taking("Ann", { command: { return: "Ann" } }), "no-result"],
  ["a command that decide rejects", taking("Ann", { command: null }), "no-result"],
  ["an expected version that the actor is not at", taking("Ann", { options: { expectedVersion: 7 } }), "no-result"],
];

for (const [title, request, reason] of handedBack) {
  Deno.test(`RequestHandler.answer() hands back a request with ${title}`, async () => {
    const { ask, store } = openHandler();
    assertEquals(await ask(request), { v: 1, kind: "handed-back", reason });
    assertEquals(await store.latestVersion("screening.1"), 0);
  });
}

Deno.test("RequestHandler.answer() hands back a refused command", async () => {
  const { ask } = openHandler();
  for (const by of ["Ann", "Bob", "Cid"]) await ask(taking(by));
  assertEquals(await ask(taking("Dan")), { v: 1, kind: "handed-back", reason: "no-result" });
});

Deno.test("RequestHandler.answer() hands back a command whose outcome is unknown", async () => {
  const { ask, context, store } = openHandler();
  const failure = new OutcomeUnknownError("lost", {
    namespace: store.namespace,
    actorId: "screening.1",
    commitId: "Ann",
  });
  Object.assign(context.store, { append: () => Promise.reject(failure) });
  assertEquals(await ask(taking("Ann")), { v: 1, kind: "handed-back", reason: "unknown" });
});

Deno.test("RequestHandler.answer() hands back a stored command whose answer cannot be computed", async () => {
  const answers = [() => "checked"]; // The second call fails.
  const { ask, store } = openHandler({ answer: () => answers.shift()!() });
  assertEquals(await ask(taking("Ann")), { v: 1, kind: "handed-back", reason: "unknown" });
  assertEquals(await store.latestVersion("screening.1"), 1);
});

Deno.test("RequestHandler.answer() hands back a command whose decide throws OverloadedError", async () => {
  const { ask, context } = openHandler();
  const decide = () => {
    throw new OverloadedError({ namespace: context.store.namespace, actorId: "screening.1", capacity: 1 });
  };
  Object.assign(context, { decider: { ...context.decider, decide } });
  assertEquals(await ask(taking("Ann")), { v: 1, kind: "handed-back", reason: "no-result" });
});

Deno.test("RequestHandler.answer() hands back each request to a session that its node does not have", async () => {
  const cluster = { offer() {}, session: undefined as string | undefined };
  const { ask } = openHandler({ cluster: cluster as unknown as Cluster, name: "seats" });
  for (const session of [undefined, "n1~2", "n1"]) {
    cluster.session = session;
    assertEquals(await ask(taking("Ann")), { v: 1, kind: "handed-back", reason: "no-session" });
  }
  cluster.session = SESSION;
  assertEquals((await ask(taking("Ann"))).kind, "done");
});

Deno.test("RequestHandler.answer() passes a frozen command to decide, as the node of the caller does", async () => {
  const { ask, context, store } = openHandler();
  const decide = ({ by }: { by: string[] }) => [{ type: "Taken", data: { by: by.pop()! } }];
  Object.assign(context, { decider: { ...context.decider, decide } });
  const command = { by: ["Ann", "Bob", "Cid"] };
  assertEquals(await ask(taking("Ann", { command })), { v: 1, kind: "handed-back", reason: "no-result" });
  assertEquals(await store.latestVersion("screening.1"), 0);
});

Deno.test("RequestHandler.answer() ignores unknown members of a request", async () => {
  const { ask } = openHandler();
  const { kind, version } = await ask(taking("Ann", { trace: "t1" }));
  assertEquals([kind, version], ["done", 1]);
});

Deno.test("RequestHandler.answer() hands back bytes that are not a request", async () => {
  const { handler } = openHandler();
  for (const bytes of [new Uint8Array(), new Uint8Array([255, 0]), new TextEncoder().encode("[1]")]) {
    const answer = JSON.parse(new TextDecoder().decode(await handler.answer(bytes, SESSION)));
    assertEquals(answer, { v: 1, kind: "handed-back", reason: "unsupported" });
  }
});

for (const [age, kind] of [[2_000, "done"], [2_001, "handed-back"]] as const) {
  Deno.test(`RequestHandler.answer() returns ${kind} for a request that has waited ${age} ms`, async () => {
    const { ask, clock, actors, context } = openHandler();
    const turn = Promise.withResolvers<void>();
    const blocked = actors.inTurn("screening.1", undefined, () => turn.promise);
    const answer = ask(taking("Ann"));
    clock.pass(age);
    turn.resolve();
    await blocked;
    assertEquals((await answer)["kind"], kind);
    assertEquals(context.counts.overdue, kind === "done" ? 0 : 1);
  });
}

Deno.test("RequestHandler.answer() returns overloaded one past maxQueue", async () => {
  const { ask, actors } = openHandler({ maxQueue: 1 });
  const turn = Promise.withResolvers<void>();
  const blocked = actors.inTurn("screening.1", undefined, () => turn.promise);
  const waiting = ask(taking("Ann"));
  assertEquals(await ask(taking("Bob")), { v: 1, kind: "overloaded", capacity: 1 });
  turn.resolve();
  await blocked;
  assertEquals((await waiting)["kind"], "done");
});

for (const [since, kind] of [[1, "done"], [0, "again"]] as const) {
  Deno.test(`RequestHandler.answer() returns ${kind} for a request since version ${since} of an actor at version 257`, async () => {
    const { ask, store } = openHandler();
    for (let version = 0; version < 257; version++) {
      const type = version % 2 === 0 ? "Taken" : "Returned";
      await store.append("screening.1", [{ type, data: { by: "Ann" } }], { expectedVersion: version });
    }
    const answer = await ask(taking("Bob", { since }));
    assertEquals([answer["kind"], answer["version"]], [kind, kind === "done" ? 258 : 257]);
    assertEquals(await store.latestVersion("screening.1"), kind === "done" ? 258 : 257);
  });
}

Deno.test("RequestHandler.answer() hands back a stored command whose answer exceeds maxBytes", async () => {
  const { ask, store, limits } = openHandler();
  limits.maxBytes = 100;
  assertEquals(await ask(taking("Ann")), { v: 1, kind: "handed-back", reason: "too-large" });
  assertEquals(await store.latestVersion("screening.1"), 1);
});

const unknownReplies: [title: string, reply: unknown][] = [
  ["another kind", { v: 2, kind: "moved", to: "n2" }],
  ["no kind", { v: 1 }],
  ["an invalid version", { v: 1, kind: "again", version: "7" }],
  ["no commit", { v: 1, kind: "done", version: 1, commitId: "c", identity: "0123456789ab", offset: 1 }],
  ["no log", { v: 1, kind: "done", version: 1, commitId: "c", offset: 1, commit: { time: 1, events: [] } }],
  ["an array instead of an object", []],
];

for (const [title, reply] of unknownReplies) {
  Deno.test(`decodeReply() returns undefined for a reply with ${title}`, () => {
    const bytes = new TextEncoder().encode(JSON.stringify(reply));
    assertEquals(decodeReply(bytes, parseNamespace("screenings"), "screening.1"), undefined);
  });
}
