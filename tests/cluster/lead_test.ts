import { AetherError } from "@flowmade-one/aether/errors";
import { isAetherError } from "@flowmade-one/aether";
import type { LeadOptions, Term } from "@flowmade-one/aether/cluster";
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { aborted, until } from "../_support/until.ts";
import { endSession, openBackend } from "./open_cluster.ts";

const badArguments: [name: unknown, work: unknown, options: unknown, argument: string][] = [
  ["", () => {}, {}, "name"],
  ["a.", () => {}, {}, "name"],
  ["a~1", () => {}, {}, "name"],
  ["a.a.a.a.a.a.a.a.a.a.a.a.a", () => {}, {}, "name"],
  [undefined, () => {}, {}, "name"],
  ["a", undefined, {}, "work"],
  ["a", {}, {}, "work"],
  ["a", () => {}, null, "options"],
  ["a", () => {}, { ttl: 1 }, "ttl"],
  ["a", () => {}, { signal: new AbortController() }, "signal"],
];

Deno.test("lead() refuses arguments that are not valid", async () => {
  await using test = openBackend();
  const cluster = await test.join("one");
  for (const [name, work, options, argument] of badArguments) {
    const attempt = () => cluster.lead(name as string, work as () => void, options as LeadOptions);
    const error = await assertRejects(attempt, AetherError, undefined, `${name}, ${work}, ${options}`);
    assert(isAetherError(error, "invalid-argument") && error.argument === argument, String(error));
  }
});

Deno.test("lead() resolves with the result of its work, and rejects with the error of its work", async () => {
  await using test = openBackend();
  const cluster = await test.join("one");
  assertEquals(await cluster.lead("a", () => 7), 7);
  assertEquals(await cluster.lead("a", ({ term }) => Promise.resolve(term > 0)), true);
  const failure = new Error("the work has failed");
  assertEquals(await assertRejects(() => cluster.lead("a", () => Promise.reject(failure))), failure);
  const thrown = await assertRejects(() =>
    cluster.lead("a", () => {
      throw failure;
    })
  );
  assertEquals(thrown, failure);
});

Deno.test("lead() runs work on one node at a time, at rising terms", async () => {
  await using test = openBackend();
  const nodes = [await test.join("one"), await test.join("two"), await test.join("three")];
  const terms: number[] = [];
  let working = 0;
  const work = async ({ term }: Term) => {
    assertEquals(++working, 1);
    terms.push(term);
    await new Promise((resolve) => setTimeout(resolve, 1));
    working--;
  };
  await Promise.all(nodes.map(async (node) => {
    for (let i = 0; i < 5; i++) await node.lead("a", work);
  }));
  assertEquals(terms.length, 15);
  assertEquals(terms, terms.toSorted((a, b) => a - b));
  assertEquals(new Set(terms).size, 15);
});

Deno.test("lead() runs the work of two names at the same time", async () => {
  await using test = openBackend();
  const cluster = await test.join("one");
  const inner = await cluster.lead("a", () => cluster.lead("a.b", () => "both"));
  assertEquals(inner, "both");
});

Deno.test("lead() refuses a name that the node leads already, until that leadership has ended", async () => {
  await using test = openBackend();
  const cluster = await test.join("one");
  const end = Promise.withResolvers<void>();
  const first = cluster.lead("a", () => end.promise);
  const error = await assertRejects(() => cluster.lead("a", () => {}), AetherError);
  assert(isAetherError(error, "invalid-argument"), String(error));
  assertStringIncludes(error.message, 'Cannot lead "a": this node already does');
  end.resolve();
  await first;
  await cluster.lead("a", () => {});
});

Deno.test("Term.held is true while the work leads, and false afterwards", async () => {
  await using test = openBackend();
  const cluster = await test.join("one");
  const term = await cluster.lead("a", (term) => {
    assertEquals([term.held, term.signal.aborted], [true, false]);
    return term;
  });
  assertEquals(term.held, false);
});

Deno.test("lead() stops waiting when its signal is aborted", async () => {
  await using test = openBackend();
  const [one, two] = [await test.join("one"), await test.join("two")];
  const end = Promise.withResolvers<void>();
  const leading = one.lead("a", () => end.promise);
  await until("the node leads", () => test.records.scan("claims.leaders.a", 0).entries.length > 0);
  const reason = new Error("not needed any more");
  const abort = new AbortController();
  const waiting = two.lead("a", () => {}, { signal: abort.signal });
  abort.abort(reason);
  const error = await assertRejects(() => waiting, AetherError);
  assert(isAetherError(error, "aborted"), String(error));
  assertEquals(error.cause, reason);
  assert(isAetherError(await assertRejects(() => two.lead("a", () => {}, { signal: abort.signal })), "aborted"));
  end.resolve();
  await leading;
});

Deno.test("lead() waits for the end of the work after its signal is aborted, and then releases the leadership", async () => {
  await using test = openBackend();
  const [one, two] = [await test.join("one"), await test.join("two")];
  const [working, mayEnd] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let isEnded = false;
  const abort = new AbortController();
  const leading = one.lead("a", async ({ signal }) => {
    working.resolve();
    await aborted(signal);
    await mayEnd.promise;
    isEnded = true;
  }, { signal: abort.signal });
  await working.promise;
  const next = two.lead("a", () => isEnded);
  abort.abort();
  mayEnd.resolve();
  assert(isAetherError(await assertRejects(() => leading), "aborted"));
  assertEquals(await next, true, "the other node leads only after the end of the work");
});

Deno.test("Cluster.close() rejects a waiting lead(), and a running one after its work has ended", async () => {
  await using test = openBackend();
  const [one, two] = [await test.join("one"), await test.join("two")];
  const working = Promise.withResolvers<void>();
  let isEnded = false;
  const leading = one.lead("a", async ({ signal }) => {
    working.resolve();
    await aborted(signal);
    isEnded = true;
  });
  await working.promise;
  const waiting = two.lead("a", () => {});
  const [closed, waited] = [two.close(), assertRejects(() => waiting)];
  assert(isAetherError(await waited, "closed"));
  await closed;
  const led = assertRejects(() => leading);
  await one.close();
  assertEquals(isEnded, true);
  assert(isAetherError(await led, "closed"));
});

Deno.test("lead() begins again with a greater term when the session was lost", async () => {
  await using test = openBackend();
  const cluster = await test.join("one");
  const terms: Term[] = [];
  const leading = cluster.lead("a", async (term) => {
    terms.push(term);
    if (terms.length === 2) return "second";
    await aborted(term.signal);
    assertEquals(term.held, false);
    return "first";
  });
  await until("the node leads", () => terms.length === 1);
  const { session } = cluster;
  endSession(test.records, cluster);
  assertEquals(await leading, "second");
  assert(terms[1]!.term > terms[0]!.term);
  assert(cluster.session !== undefined && cluster.session !== session);
});

Deno.test("lead() runs on another node when the session of the leader was ended", async () => {
  await using test = openBackend();
  const [one, two] = [await test.join("one"), await test.join("two")];
  const first = Promise.withResolvers<Term>();
  const end = Promise.withResolvers<void>();
  const leading = one.lead("a", async (term) => {
    first.resolve(term);
    await end.promise;
  }).catch(() => {});
  const term = await first.promise;
  const next = two.lead("a", ({ term }) => term);
  // The work ignores its signal. The next leader does not wait for the work, because the session was ended.
  endSession(test.records, one);
  const nextTerm = await next;
  await until("the node has read that its session was ended", () => term.signal.aborted);
  end.resolve();
  assertEquals([term.held, nextTerm > term.term], [false, true]);
  await one.close();
  await leading;
});

Deno.test("lead() reports work that does not end after its signal is aborted, and does not start it again while it runs", async () => {
  const errors: unknown[] = [];
  await using test = openBackend();
  const cluster = await test.backend.join({
    name: "one",
    heartbeat: 10,
    ttl: 40,
    onError: (error) => errors.push(error),
  });
  const end = Promise.withResolvers<void>();
  let runs = 0;
  const abort = new AbortController();
  const leading = cluster.lead("a", () => {
    runs++;
    return end.promise;
  }, { signal: abort.signal });
  await until("the node leads", () => runs === 1);
  abort.abort();
  const isReported = () => errors.some((error) => String(error).includes("its work has not ended 40 ms after"));
  await until("the work is reported", isReported);
  assertEquals(runs, 1);
  end.resolve();
  await assertRejects(() => leading);
});
