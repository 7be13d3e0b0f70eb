import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { decider, type EventMetadata, execute, isAetherError } from "@flowmade-one/aether";
import { account, AccountEvents, filled } from "./account.ts";
import { newStore } from "./raced.ts";

/** The account decider, which decides events with the given metadata. */
function deciding(...own: (EventMetadata | undefined)[]) {
  const decide = () => own.map((metadata) => ({ ...filled(1)[0]!, metadata }));
  return decider(AccountEvents, { ...account, decide });
}

const pairs = (count: number, name: string) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`${name}${i}`, "v"]));

const rows: [name: string, option: EventMetadata | undefined, own: EventMetadata | undefined, stored: EventMetadata][] =
  [
    ["keeps the metadata of events without the option", undefined, { by: "ann" }, { by: "ann" }],
    ["adds the option's pairs to events without metadata", { correlationId: "r1", by: "ann" }, undefined, {
      correlationId: "r1",
      by: "ann",
    }],
    ["merges the option's pairs with the event's own", { correlationId: "r1" }, { by: "ann" }, {
      correlationId: "r1",
      by: "ann",
    }],
    ["prefers the event's own pair", { causationId: "c1", by: "ann" }, { by: "bob" }, { causationId: "c1", by: "bob" }],
    ["treats an own pair of undefined as absent", { by: "ann" }, { by: undefined }, { by: "ann" }],
    ["leaves out an option's pair of undefined", { correlationId: undefined, by: "ann" }, undefined, { by: "ann" }],
    ["accepts 64 pairs in all", pairs(40, "a"), pairs(24, "b"), { ...pairs(40, "a"), ...pairs(24, "b") }],
  ];

for (const [name, metadata, own, stored] of rows) {
  Deno.test(`execute() with metadata ${name}`, async () => {
    const store = newStore();
    await execute(store, deciding(own, {}), "x", undefined, { metadata });
    const [first, second] = await store.read("x").toArray();
    assertEquals(first!.metadata, stored);
    assertEquals(second!.metadata, JSON.parse(JSON.stringify(metadata ?? {})));
  });
}

Deno.test("execute() refuses more than 64 pairs of option and event together, naming the event", async () => {
  const store = newStore();
  const run = () => execute(store, deciding({}, pairs(25, "b")), "x", undefined, { metadata: pairs(40, "a") });
  const error = await assertRejects(run);
  assert(isAetherError(error, "invalid-event"), String(error));
  assertStringIncludes(error.message, `decide returned an event "Filled" that cannot be stored`);
  assertEquals(error.path, "decided[1].metadata");
  assertEquals(await store.latestVersion("x"), 0);
});

const refused: [name: string, metadata: unknown, message: string][] = [
  ["null", null, "metadata must be an object of strings, not null"],
  ["a string", "r1", 'metadata must be an object of strings, not "r1"'],
  ["a number as value", { correlationId: 7 }, 'metadata has 7 at "correlationId"; values must be strings'],
  ["65 pairs", pairs(65, "a"), "metadata has 65 pairs, 64 at most"],
  ["a traceparent that is not ASCII", { traceparent: "é" }, "metadata has a traceparent"],
  ["a Date as value", { at: new Date(0) }, "metadata.at is"],
];

for (const [name, metadata, message] of refused) {
  Deno.test(`execute() refuses ${name} as metadata before it decides`, async () => {
    const error = await assertRejects(() =>
      execute(newStore(), account, "x", "fail", { metadata: metadata as EventMetadata })
    );
    assert(isAetherError(error, "invalid-argument"), String(error));
    assertEquals(error.argument, "metadata");
    assertStringIncludes(error.message, message);
  });
}

Deno.test("execute() copies its metadata", async () => {
  const store = newStore();
  const metadata: Record<string, string> = { by: "ann" };
  const done = execute(store, account, "x", { fill: 1 }, { metadata });
  metadata.by = "bob";
  assertEquals((await done).events[0]!.metadata, { by: "ann" });
});
