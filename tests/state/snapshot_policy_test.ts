import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  allOf,
  anyOf,
  everyBytes,
  everyEvents,
  never,
  olderThan,
  type SnapshotFacts,
  type SnapshotPolicy,
  when,
} from "@flowmade-one/aether/snapshots";
import { isAetherError } from "@flowmade-one/aether";

const facts: SnapshotFacts = {
  version: 40,
  eventsSince: 10,
  bytesSince: 1_000,
  age: 60_000,
  state: { isClosed: true },
};
const yes = everyEvents(1);

const answers: [policy: SnapshotPolicy, changed: Partial<SnapshotFacts>, due: boolean, title: string][] = [
  [everyEvents(10), {}, true, "everyEvents(10) after 10 events"],
  [everyEvents(11), {}, false, "everyEvents(11) after 10 events"],
  [everyEvents(1), { eventsSince: 1 }, true, "everyEvents(1) after one event"],
  [everyBytes(1_000), {}, true, "everyBytes(1_000) after 1,000 bytes"],
  [everyBytes(1_001), {}, false, "everyBytes(1_001) after 1,000 bytes"],
  [olderThan(60_000), {}, true, "olderThan(60_000) at that age"],
  [olderThan(60_001), {}, false, "olderThan(60_001) one millisecond before that age"],
  [olderThan(1), { age: -5 }, false, "olderThan() at a negative age"],
  [when(({ version }) => version % 40 === 0), {}, true, "when() with a predicate that returns true"],
  [when(({ version }) => version % 40 === 0), { version: 41 }, false, "when() with a predicate that returns false"],
  [anyOf(never, yes), {}, true, "anyOf() with one true policy of two"],
  [anyOf(never, never), {}, false, "anyOf() without a true policy"],
  [anyOf(yes), {}, true, "anyOf() with one policy"],
  [allOf(never, yes), {}, false, "allOf() with one true policy of two"],
  [allOf(yes, yes), {}, true, "allOf() with two true policies"],
  [allOf(anyOf(never, everyEvents(10)), olderThan(60_000)), {}, true, "allOf() with a nested anyOf()"],
  [never, {}, false, "never"],
];

for (const [policy, changed, due, title] of answers) {
  Deno.test(`SnapshotPolicy returns ${due} for ${title}`, () => {
    assertEquals(policy({ ...facts, ...changed }), due);
  });
}

Deno.test("anyOf() and allOf() call policies in order, until the result is certain", () => {
  const askedPolicies: string[] = [];
  const ask = (name: string, answer: boolean) => when(() => (askedPolicies.push(name), answer));
  anyOf(ask("a", false), ask("b", true), ask("c", true))(facts);
  allOf(ask("d", true), ask("e", false), ask("f", true))(facts);
  assertEquals(askedPolicies, ["a", "b", "d", "e"]);
});

const refused: [make: () => unknown, argument: string, title: string][] = [
  [() => everyEvents(0), "events", "everyEvents() refuses 0"],
  [() => everyEvents(1.5), "events", "everyEvents() refuses 1.5"],
  [() => everyEvents("9" as never), "events", "everyEvents() refuses a string"],
  [() => everyEvents(undefined as never), "events", "everyEvents() refuses undefined"],
  [() => everyBytes(0), "bytes", "everyBytes() refuses 0"],
  [() => everyBytes(Infinity), "bytes", "everyBytes() refuses Infinity"],
  [() => everyBytes(undefined as never), "bytes", "everyBytes() refuses undefined"],
  [() => olderThan(0), "milliseconds", "olderThan() refuses 0"],
  [() => olderThan(-1), "milliseconds", "olderThan() refuses -1"],
  [() => olderThan(undefined as never), "milliseconds", "olderThan() refuses undefined"],
  [() => when(true as never), "predicate", "when() refuses a boolean"],
  [() => anyOf(), "policies", "anyOf() refuses no policies"],
  [() => allOf(), "policies", "allOf() refuses no policies"],
  [() => anyOf(yes, 3 as never), "policies[1]", "anyOf() refuses a number as policy"],
  [() => allOf(undefined as never), "policies[0]", "allOf() refuses undefined as policy"],
];

for (const [make, argument, title] of refused) {
  Deno.test(title, () => {
    const error = assertThrows(make);
    assert(isAetherError(error, "invalid-argument"), String(error));
    assertEquals(error.argument, argument);
  });
}
