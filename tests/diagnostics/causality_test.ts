import { assert, assertEquals, assertRejects } from "@std/assert";
import { type EventMetadata, isAetherError } from "@flowmade-one/aether";
import { memory } from "@flowmade-one/aether/memory";
import {
  type Causality,
  type CausalityNode,
  causalityOf,
  type CausalitySubject,
} from "@flowmade-one/aether/observability";

import { toCausalityTree } from "../../src/diagnostics/causality_tree.ts";

/** An event: its id, its causation id, its correlation id. */
type Link = readonly [id: string, causationId?: string | undefined, correlationId?: string];

/** A node as a string: its id, its `cause` unless that is "known", and its effects in parentheses. */
function show({ event, cause, effects }: CausalityNode): string {
  const below = effects.length === 0 ? "" : `(${effects.map(show).join(" ")})`;
  return `${event.id}${cause === "known" ? "" : `:${cause}`}${below}`;
}

function toEvent([id, causationId, correlationId = "r"]: Link) {
  const metadata: EventMetadata = { causationId, correlationId };
  return { type: "Made", data: {}, id, metadata };
}

async function storeWith(links: readonly Link[]) {
  const backend = memory();
  const store = backend.store("tenant-a");
  for (const [i, link] of links.entries()) await store.append("a", [toEvent(link)], { expectedVersion: i });
  return { backend, store };
}

const trees: readonly (readonly [of: string, links: readonly Link[], roots: string])[] = [
  ["one event", [["a"]], "a:none"],
  ["a chain", [["a"], ["b", "a"], ["c", "b"]], "a:none(b(c))"],
  ["several effects", [["a"], ["b", "a"], ["c", "a"]], "a:none(b c)"],
  ["an effect that is stored before its cause", [["b", "a"], ["a"]], "a:none(b)"],
  ["two roots", [["a"], ["b"], ["c", "a"]], "a:none(c) b:none"],
  ["a cause that is missing", [["a", "lost"], ["b", "a"]], "a:missing(b)"],
  ["a cause of another correlation id", [["a", undefined, "s"], ["b", "a"]], "b:missing"],
  ["an event that causes itself", [["a", "a"], ["b", "a"]], "a:cycle(b)"],
  ["a cycle of two", [["a", "b"], ["b", "a"]], "a:cycle(b)"],
  ["a cycle of three, and an effect", [["a", "c"], ["b", "a"], ["c", "b"], ["d", "c"]], "a:cycle(b(c(d)))"],
  ["two events with one id", [["a"], ["b", "a"], ["a", "b"]], "a:none(b(a))"],
  ["an event whose id is the correlation id", [["r", undefined, "other"], ["b", "r"]], "r:none(b)"],
];

for (const [of, links, roots] of trees) {
  Deno.test(`causalityOf() arranges ${of}`, async () => {
    const { backend, store } = await storeWith(links);
    await using _ = backend;
    const causality = await causalityOf(store, { correlationId: "r" });
    assertEquals(causality?.roots.map(show).join(" "), roots);
  });
}

Deno.test("causalityOf() uses the correlation id of an event, or else the id of the event", async () => {
  const { backend, store } = await storeWith([["a", undefined, "r"], ["b", "a", "r"]]);
  await using _ = backend;
  assertEquals((await causalityOf(store, { eventId: "b" }))?.correlationId, "r");
  await store.append("b", [{ type: "Made", data: {}, id: "alone" }], { expectedVersion: 0 });
  const alone = await causalityOf(store, { eventId: "alone" });
  assertEquals([alone?.correlationId, alone?.roots.map(show)], ["alone", ["alone:none"]]);
  assertEquals(await causalityOf(store, { eventId: "unknown" }), undefined);
});

Deno.test("causalityOf() of a correlation id without events has no roots", async () => {
  await using backend = memory();
  const causality = await causalityOf(backend.store("tenant-a"), { correlationId: "r" });
  assertEquals(causality, { correlationId: "r", roots: [], count: 0, isComplete: true });
});

Deno.test("causalityOf() ends at its limit, and continues after the last position", async () => {
  const { backend, store } = await storeWith([["a"], ["b", "a"], ["c", "b"]]);
  await using _ = backend;
  const first = await causalityOf(store, { correlationId: "r" }, { limit: 2 });
  assertEquals([first?.roots.map(show), first?.count, first?.isComplete], [["a:none(b)"], 2, false]);
  const rest = await causalityOf(store, { correlationId: "r" }, { limit: 2, after: first!.last });
  assertEquals([rest?.roots.map(show), rest?.isComplete], [["c:missing"], true]);
  assertEquals((await causalityOf(store, { correlationId: "r" }, { limit: 3 }))?.isComplete, true);
});

Deno.test("causalityOf() reads one namespace, and with a grant all namespaces that it covers", async () => {
  let now = 0;
  const used: string[] = [];
  await using backend = memory({ now: () => ++now, onGrantUsed: ({ operation }) => void used.push(operation) });
  const append = (namespace: string, link: Link) => {
    return backend.store(namespace).append("a", [toEvent(link)], { expectedVersion: "any" });
  };
  await append("prod.parcels", ["x", undefined, "s"]);
  await append("prod.orders", ["a"]);
  await append("prod.parcels", ["b", "a"]);
  await append("test", ["c", "a"]);
  await append("prod.orders", ["d", "b"]);
  const own = await causalityOf(backend.store("prod.orders"), { correlationId: "r" });
  assertEquals(own?.roots.map(show), ["a:none", "d:missing"]);
  const grant = backend.grant("prod.*", { reason: "support case 7" });
  const all = await causalityOf({ backend, grant }, { eventId: "b" });
  assertEquals(all?.roots.map(show), ["a:none(b:other-namespace(d:other-namespace))"]);
  assert(used.length > 0 && used.every((operation) => operation === "namespaces"));
});

Deno.test("causalityOf() refuses the grant of another backend", async () => {
  await using backend = memory();
  await using other = memory();
  const grant = other.grant(">", { reason: "test" });
  const error = await assertRejects(() => causalityOf({ backend, grant }, { correlationId: "r" }));
  assert(isAetherError(error, "invalid-grant"));
});

const refused: readonly (readonly [of: string, subject: unknown, options: object])[] = [
  ["no subject", undefined, {}],
  ["an id that is a number", { eventId: 7 }, {}],
  ["two ids", { eventId: "a", correlationId: "r" }, {}],
  ["a limit of 0", { eventId: "a" }, { limit: 0 }],
  ["a limit of 10,001", { eventId: "a" }, { limit: 10_001 }],
  ["an unknown option", { eventId: "a" }, { before: "x" }],
  ["the cursor of a search with a grant, if the source is a store", { eventId: "a" }, {
    after: { timestamp: 1, namespace: "a", position: "x" },
  }],
];

for (const [of, subject, options] of refused) {
  Deno.test(`causalityOf() refuses ${of}`, async () => {
    await using backend = memory();
    const error = await assertRejects(() => causalityOf(backend.store("a"), subject as CausalitySubject, options));
    assert(isAetherError(error, "invalid-argument"));
  });
}

for (const source of [undefined, null, 7, {}, { backend: memory() }, { grant: {} }, { readAll: 7 }]) {
  Deno.test(`causalityOf() refuses ${Deno.inspect(source, { depth: 0 })} as source`, async () => {
    const error = await assertRejects(() => causalityOf(source as never, { correlationId: "r" }));
    assert(isAetherError(error, "invalid-argument") && error.argument === "source");
  });
}

const { position } = await memory().store("a").append("a", [toEvent(["a"])], { expectedVersion: 0 });

for (
  const [of, after] of [
    ["a position", position],
    ["a cursor without a namespace", { timestamp: 1, position }],
    ["a cursor without a timestamp", { namespace: "a", position }],
    ["a cursor with a malformed position", { timestamp: 1, namespace: "a", position: "x" }],
    ["null", null],
  ] as const
) {
  Deno.test(`causalityOf() refuses ${of} together with a grant`, async () => {
    await using backend = memory();
    const grant = backend.grant(">", { reason: "test" });
    const error = await assertRejects(() =>
      causalityOf({ backend, grant }, { correlationId: "r" }, { after: after as never })
    );
    assert(isAetherError(error, "invalid-argument") && error.argument === "after");
  });
}

Deno.test("causalityOf() finds the correlation id of an event before the position in after", async () => {
  const { backend, store } = await storeWith([["a"], ["b", "a"], ["c", "b"]]);
  await using _ = backend;
  const first = await causalityOf(store, { eventId: "a" }, { limit: 2 });
  const rest = await causalityOf(store, { eventId: "a" }, { limit: 2, after: first!.last });
  assertEquals([rest?.correlationId, rest?.roots.map(show)], ["r", ["c:missing"]]);
});

/** Each row: events as `[namespace, id, cause]`, and the roots with a grant for all namespaces. */
const spread:
  readonly (readonly [of: string, events: readonly (readonly [string, string, string?])[], roots: string])[] = [
    ["a cause of another namespace", [["a", "1"], ["b", "2", "1"]], "1:none(2:other-namespace)"],
    [
      "a cause in the namespace of the event rather than in another one",
      [["b", "1"], ["a", "1"], ["a", "2", "1"]],
      "1:none 1:none(2)",
    ],
    [
      "no cause if two other namespaces have an event with the id of the cause",
      [["a", "1"], ["b", "1"], ["c", "2", "1"]],
      "1:none 1:none 2:missing",
    ],
    ["a cycle over two namespaces", [["a", "1", "2"], ["b", "2", "1"]], "1:cycle(2:other-namespace)"],
  ];

for (const [of, events, roots] of spread) {
  Deno.test(`causalityOf() with a grant finds ${of}`, async () => {
    let now = 0;
    await using backend = memory({ now: () => ++now });
    for (const [namespace, ...link] of events) {
      await backend.store(namespace).append("a", [toEvent(link as unknown as Link)], { expectedVersion: "any" });
    }
    const grant = backend.grant(">", { reason: "test" });
    const causality = await causalityOf({ backend, grant }, { correlationId: "r" });
    assertEquals(causality?.roots.map(show).join(" "), roots);
  });
}

for (const limit of [1, 2, 3, 4, 7, 8]) {
  Deno.test(`causalityOf() with a grant returns pages of ${limit} in the order of time`, async () => {
    // The namespaces are listed in another order than their events were appended in. Some events share a timestamp.
    const times = [3, 1, 1, 2, 9, 4, 4];
    let now = 0;
    await using backend = memory({ now: () => now });
    for (const [i, time] of times.entries()) {
      now = time;
      await backend.store(`n${(i * 5) % 3}`).append("a", [toEvent([`e${i}`])], { expectedVersion: "any" });
    }
    const grant = backend.grant(">", { reason: "test" });
    const seen: string[] = [];
    let after: Causality["last"];
    while (true) {
      const page: Causality | undefined = await causalityOf({ backend, grant }, { correlationId: "r" }, {
        limit,
        after,
      });
      seen.push(...page!.roots.map(({ event: { id } }) => id));
      assert(page!.count <= limit);
      if (page!.isComplete) break;
      after = JSON.parse(JSON.stringify(page!.last));
    }
    assertEquals(seen.length, times.length);
    assertEquals(seen.map((id) => times[Number(id.slice(1))]), times.toSorted());
  });
}

Deno.test("toCausalityTree() arranges a chain of 200,000 events, each of which is before its cause", () => {
  const count = 200_000;
  const events = Array.from({ length: count }, (_, i) => {
    return { id: `e${i}`, namespace: "a", metadata: i === count - 1 ? {} : { causationId: `e${i + 1}` } };
  });
  const [root, ...others] = toCausalityTree(events as never);
  assertEquals([root?.event.id, others.length], [`e${count - 1}`, 0]);
});
