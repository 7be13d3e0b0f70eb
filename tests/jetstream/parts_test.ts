/** The parts of the adapter that need no server. */
import { assert, assertEquals, assertNotEquals, assertStringIncludes } from "@std/assert";
import { ActorIdCache } from "../../adapters/jetstream/wire/actor_id_cache.ts";
import type { JetStreamMessage } from "../../adapters/jetstream/nats/connection.ts";
import { SequenceCache } from "../../adapters/jetstream/log/sequence_cache.ts";
import { listNamespaces } from "../../adapters/jetstream/streams/list_namespaces.ts";
import { headersOf } from "../../adapters/jetstream/nats/message_headers.ts";
import { actorSubject, namesOf } from "../../adapters/jetstream/wire/names.ts";
import { concat, gunzip, gzip } from "../../adapters/jetstream/snapshots/gzip.ts";
import { RetryBudget } from "../../adapters/jetstream/api/retry_budget.ts";
import { ApiError, isTransient } from "../../adapters/jetstream/api/api_error.ts";
import { toUserError } from "../../adapters/jetstream/api/to_user_error.ts";
import { toRequestFailure } from "../../adapters/jetstream/nats/request_failure.ts";
import type { ServerApi } from "../../adapters/jetstream/api/server_api.ts";
import { isAtLeast } from "../../adapters/jetstream/api/server_version.ts";
import { fromDelivery } from "../../adapters/jetstream/api/stored_message.ts";
import { Semaphore } from "../../adapters/jetstream/api/semaphore.ts";
import { KeyedMutex } from "../../adapters/jetstream/api/keyed_mutex.ts";
import { isAetherError, parseNamespace } from "@flowmade-one/aether";
import { failureOf } from "./_support/failure_of.ts";

const unhurried = new RetryBudget(10_000, undefined);

Deno.test("turns are taken one after another, in the order asked for, and keys do not wait for each other", async () => {
  const turns = new KeyedMutex();
  const order: string[] = [];
  const work = async (key: string, name: string): Promise<void> => {
    await turns.acquire(key, unhurried);
    order.push(`${name} begins`);
    await new Promise((resolve) => setTimeout(resolve, 0));
    order.push(`${name} ends`);
    turns.release(key);
  };
  await Promise.all([work("a", "1"), work("a", "2"), work("b", "3"), work("a", "4")]);
  assertEquals(order.filter((line) => !line.startsWith("3")), [
    "1 begins",
    "1 ends",
    "2 begins",
    "2 ends",
    "4 begins",
    "4 ends",
  ]);
  assert(order.indexOf("3 begins") < order.indexOf("1 ends"));
  await new Promise((resolve) => setTimeout(resolve, 0));
  assertEquals(turns.size, 0, "nothing is kept of those that are done");
});

Deno.test("who stops waiting for a turn lets nobody in before it", async () => {
  const turns = new KeyedMutex();
  assertEquals(turns.acquire("a", unhurried), undefined, "nobody has it");
  const controller = new AbortController();
  const second = failureOf(turns.acquire("a", new RetryBudget(10_000, controller.signal))!);
  controller.abort("enough");
  assertEquals(await second, "enough");
  let began = false;
  const third = turns.acquire("a", unhurried)!.then(() => {
    began = true;
    turns.release("a");
  });
  await new Promise((resolve) => setTimeout(resolve, 0));
  assertEquals(began, false);
  turns.release("a");
  await third;
  assertEquals([began, turns.size], [true, 0]);
});

Deno.test("who has no time left stops waiting for a turn", async () => {
  const turns = new KeyedMutex();
  turns.acquire("a", unhurried);
  assertEquals((await failureOf(turns.acquire("a", new RetryBudget(10, undefined))!) as { kind: string }).kind, "lost");
  const third = turns.acquire("a", unhurried);
  turns.release("a");
  await third;
});

Deno.test("so many work at the same time, and who waits may go", async () => {
  const slots = new Semaphore(2, 10_000);
  let working = 0;
  let most = 0;
  const work = async (): Promise<void> => {
    most = Math.max(most, ++working);
    await new Promise((resolve) => setTimeout(resolve, 0));
    working--;
  };
  const controller = new AbortController();
  const jobs = Array.from({ length: 10 }, () => slots.run(undefined, work));
  const impatient = failureOf(slots.run(controller.signal, work));
  const last = slots.run(undefined, work);
  controller.abort("enough");
  assertEquals(await impatient, "enough");
  await Promise.all([...jobs, last]);
  assertEquals([working, most], [0, 2]);
  assertEquals(await failureOf(slots.run(undefined, () => Promise.reject("failed"))), "failed");
  await Promise.all([slots.run(undefined, work), slots.run(undefined, work)]);
});

Deno.test("nobody waits for those who get nowhere", async () => {
  const slots = new Semaphore(1, 20);
  const stuck = Promise.withResolvers<void>();
  const first = slots.run(undefined, () => stuck.promise);
  assertEquals((await failureOf(slots.run(undefined, () => Promise.resolve())) as { kind: string }).kind, "lost");
  stuck.resolve();
  await first;
  assertEquals(await slots.run(undefined, () => Promise.resolve(7)), 7);
});

Deno.test("so many heads are kept, and those that were set last", () => {
  const cache = new SequenceCache(4);
  const head = { version: 1, sequence: 1 };
  for (const subject of ["a", "b", "a", "c"]) cache.set(subject, head);
  assertEquals(["a", "b", "c"].map((subject) => cache.get(subject) !== undefined), [true, false, true]);
  cache.delete("a");
  assertEquals(cache.get("a"), undefined);
  for (const subject of ["t.a", "u.a", "t.b"]) cache.set(subject, head);
  cache.deleteAll((subject) => subject.startsWith("t."));
  assertEquals(["t.a", "u.a", "t.b"].map((subject) => cache.get(subject)), [undefined, head, undefined]);
  for (const max of [0, 1, 2, 3, 10]) {
    const cache = new SequenceCache(max);
    const subjects = Array.from({ length: 50 }, (_, i) => `a.${i}`);
    for (const subject of subjects) cache.set(subject, head);
    const kept = subjects.filter((subject) => cache.get(subject) !== undefined).length;
    assert(kept <= max && kept >= Math.min(max, 1) && kept >= max / 2 - 1, `${kept} of at most ${max}`);
  }
});

Deno.test("bytes are packed where that makes them fewer, and come back", async () => {
  const cases: [bytes: Uint8Array, isGzip: boolean][] = [
    [new Uint8Array(), false],
    [new Uint8Array(1_023), false],
    [new Uint8Array(1_024), true],
    [crypto.getRandomValues(new Uint8Array(2_000)), false],
    [concat([new Uint8Array(100_000), crypto.getRandomValues(new Uint8Array(1_000))]), true],
  ];
  for (const [bytes, isGzip] of cases) {
    const packed = await gzip(bytes);
    assertEquals(packed.isGzip, isGzip);
    assert(packed.bytes.length <= bytes.length);
    assertEquals(await gunzip(packed, bytes.length), bytes);
    assertEquals(await gunzip(packed, bytes.length + 1), undefined, "another size");
    if (bytes.length > 0) assertEquals(await gunzip(packed, bytes.length - 1), undefined, "another size");
  }
  const packed = await gzip(new Uint8Array(1_024));
  const cut = { bytes: packed.bytes.slice(0, -5), isGzip: true };
  assertEquals(await gunzip(cut, 1_024), undefined, "cut off");
});

const versions: [version: string | undefined, isAtLeast: boolean][] = [
  ["2.11.0", true],
  ["2.11.0-RC.1", true],
  ["2.10.27", false],
  ["2.9.10", false],
  ["v2.11.4", true],
  ["3.0.0", true],
  ["1.99.0", false],
  [undefined, true],
  ["dev", true],
];

Deno.test("versions of servers are compared by numbers", () => {
  for (const [version, wanted] of versions) assertEquals(isAtLeast(version, 2, 11), wanted, version);
});

const replies: [reply: string | undefined, place: number[] | undefined][] = [
  ["$JS.ACK.t_events.c.1.42.7.1767225600000000000.3", [42, 7, 3]],
  ["$JS.ACK.domain.hash.t_events.c.1.42.7.1767225600000000000.3", [42, 7, 3]],
  ["$JS.ACK.domain.hash.t_events.c.1.42.7.1767225600000000000.3.token", [42, 7, 3]],
  ["$JS.FC.t_events.c.x", undefined],
  ["_INBOX.1", undefined],
  [undefined, undefined],
];

Deno.test("the place of a delivered message stands in its reply", () => {
  for (const [reply, place] of replies) {
    const delivery = fromDelivery({ subject: "s", reply, data: new Uint8Array() });
    const { message, delivered, pending } = delivery ?? {};
    assertEquals(message && [message.sequence, delivered, pending], place, reply);
  }
});

/** A message as nats.js makes it: one run of bytes, of which it shows the body. */
function received(block: string, more: { reply?: string; gap?: string; size?: number } = {}): JetStreamMessage {
  const { reply = "r", gap = "", size } = more;
  const bytes = new TextEncoder().encode(`before${block}${gap}body`);
  const get = (name: string) => `${name} of nats.js`;
  const headers = { code: 404, description: "of nats.js", get, values: (name: string) => [get(name)] };
  return {
    subject: "s",
    reply,
    data: bytes.subarray(bytes.length - 4),
    headers,
    size: () => size ?? 1 + reply.length + new TextEncoder().encode(block).length + 4,
  };
}

const block = "NATS/1.0\r\nA-B:  x y \r\nA:1\r\nA: 2\r\nb: A: 3\r\n\r\n";

Deno.test("headers are read out of the bytes before the body", () => {
  const headers = headersOf(received(block));
  const values = ["A-B", "A", "b", "B", "a", "C"].map((name) => headers?.get(name));
  assertEquals(values, ["x y", "1", "A: 3", "", "", ""]);
  assertEquals([headers?.code, headers?.description], [0, ""]);
});

const strange: [what: string, message: JetStreamMessage][] = [
  ["there is a status", received("NATS/1.0 404 Message Not Found\r\nA: 1\r\n\r\n")],
  ["something stands between", received(block, { gap: "\0" })],
  ["the size is another", received(block, { size: 9 })],
  ["the size is too great", received(block, { size: 900 })],
  ["the size is not told", { ...received(block), size: undefined } as unknown as JetStreamMessage],
  ["they are not ASCII", received("NATS/1.0\r\nA: é\r\n\r\n")],
];

Deno.test("headers are left to nats.js where they are not found before the body", () => {
  for (const [what, message] of strange) assertEquals(headersOf(message)?.get("A"), "A of nats.js", what);
  assertEquals(headersOf({ subject: "s", data: new Uint8Array() }), undefined);
});

Deno.test("an actor is found again by its subject, remembered or not", () => {
  const names = namesOf("aether", parseNamespace("t"));
  const actors = new ActorIdCache(names);
  const ids = Array.from({ length: 2_000 }, (_, i) => i % 3 === 0 ? `user/${i}` : `order.${i}`);
  for (let round = 0; round < 3; round++) {
    for (const id of ids) assertEquals(actors.of(16, actorSubject(names, 16, id)), id);
    for (const id of ["cart.1", "cart.1", "cart.1"]) assertEquals(actors.of(16, actorSubject(names, 16, id)), id);
  }
  const [subject] = [16, 7].map((partitions) => actorSubject(names, partitions, "cart.1"));
  assertEquals(actors.of(7, subject!), undefined, "of another number of partitions");
});

Deno.test("ActorIdCache.of() tells apart subjects of one length that share a place of its table", () => {
  const names = namesOf("aether", parseNamespace("t"));
  const actors = new ActorIdCache(names);
  // More than its table has places. An id is remembered when it comes again.
  for (let i = 1_000; i < 2_000; i++) {
    const subject = actorSubject(names, 16, `order.${i}`);
    for (let times = 0; times < 3; times++) assertEquals(actors.of(16, subject), `order.${i}`);
  }
});

Deno.test("SequenceCache.advance() keeps the newer sequence, also when the older one comes later", () => {
  const cache = new SequenceCache(10);
  const [older, newer] = [{ version: 1, sequence: 7 }, { version: 2, sequence: 8 }];
  const rows: [heads: readonly (typeof older)[], kept: typeof older][] = [
    [[older], older],
    [[older, newer], newer],
    [[newer, older], newer],
    [[newer, { version: 9, sequence: 8 }], newer],
  ];
  for (const [i, [heads, kept]] of rows.entries()) {
    for (const head of heads) cache.advance(`s.${i}`, head);
    assertEquals(cache.get(`s.${i}`), kept);
  }
});

class NoResponders extends Error {
  override name = "NoResponders";
}

class Named extends Error {
  constructor(name: string) {
    super("said");
    this.name = name;
  }
}

Deno.test("failures are known by name, whichever copy of nats.js they are of, and explained", () => {
  const cases: [error: unknown, kind: string, code: string][] = [
    [new Error("no responders", { cause: new NoResponders() }), "unheard", "unavailable"],
    [new Named("TimeoutError"), "lost", "unavailable"],
    [new Named("ClosedConnectionError"), "unsent", "unavailable"],
    [new Named("DrainingConnectionError"), "unsent", "unavailable"],
    [new Error("x", { cause: new Named("PermissionViolationError") }), "denied", "unsupported-storage"],
    [new Error("x", { cause: new Named("InvalidArgumentError") }), "unsendable", "unsupported-storage"],
    [new Named("InvalidSubjectError"), "unsendable", "unsupported-storage"],
    ["a text", "lost", "unavailable"],
    [undefined, "lost", "unavailable"],
  ];
  for (const [error, kind, code] of cases) {
    const failure = toRequestFailure(error);
    assertEquals(failure.kind, kind);
    const explained = toUserError(`read "a"`, failure) as { code: string; message: string };
    assertEquals(explained.code, code);
    assert(explained.message.startsWith(`Cannot read "a"`));
  }
  const other = new Error("not a request's");
  assertEquals(toUserError("x", other), other);
  assertNotEquals(toUserError("x", toRequestFailure(other)), other);
});

Deno.test("a stream all of whose servers are away may be back a moment later", () => {
  const error = new ApiError({ code: 500, err_code: 10118, description: "stream is offline" });
  assert(isTransient(error));
  const explained = toUserError("read", error);
  assert(isAetherError(explained, "unavailable"), String(explained));
});

Deno.test("a list of namespaces lacks none whose servers do not answer at the moment", async () => {
  const stream = {
    config: { name: "a_events", description: "aether log v1 partitions=16", subjects: ["aether.log.a.>"] },
    state: { last_seq: 1 },
  };
  const lacking = { total: 1, streams: null, missing: ["a_events"] };
  const listed = (answers: unknown[], patience: number) => {
    const ask = () => Promise.resolve(answers.length > 1 ? answers.shift() : answers[0]);
    return Array.fromAsync(listNamespaces({ timeout: patience, ask } as unknown as ServerApi, "aether"));
  };
  assertEquals(await listed([lacking, { total: 1, streams: [stream] }], 60_000) as string[], ["a"]);
  const error = await failureOf(listed([lacking], 100));
  assert(isAetherError(error, "unavailable"), String(error));
  assertStringIncludes(error.message, `"a_events"`);
});
