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

const answers: [policy: SnapshotPolicy, changed: Partial<SnapshotFacts>, due: boolean, because: string][] = [
  [everyEvents(10), {}, true, "as many events as asked for"],
  [everyEvents(11), {}, false, "one event less"],
  [everyEvents(1), { eventsSince: 1 }, true, "one event"],
  [everyBytes(1_000), {}, true, "as many bytes as asked for"],
  [everyBytes(1_001), {}, false, "one byte less"],
  [olderThan(60_000), {}, true, "as old as asked for"],
  [olderThan(60_001), {}, false, "a millisecond younger"],
  [olderThan(1), { age: -5 }, false, "a clock that is behind"],
  [when(({ version }) => version % 40 === 0), {}, true, "a predicate that says so"],
  [when(({ version }) => version % 40 === 0), { version: 41 }, false, "a predicate that does not"],
  [anyOf(never, yes), {}, true, "one of two"],
  [anyOf(never, never), {}, false, "none of two"],
  [anyOf(yes), {}, true, "one of one"],
  [allOf(never, yes), {}, false, "only one of all"],
  [allOf(yes, yes), {}, true, "all"],
  [allOf(anyOf(never, everyEvents(10)), olderThan(60_000)), {}, true, "some of some"],
  [never, {}, false, "nothing at all"],
];

for (const [policy, changed, due, because] of answers) {
  Deno.test(`a snapshot is ${due ? "" : "not "}due by ${because}`, () => {
    assertEquals(policy({ ...facts, ...changed }), due);
  });
}

Deno.test("policies are asked in order, and not any further than needed", () => {
  const asked: string[] = [];
  const ask = (name: string, answer: boolean) => when(() => (asked.push(name), answer));
  anyOf(ask("a", false), ask("b", true), ask("c", true))(facts);
  allOf(ask("d", true), ask("e", false), ask("f", true))(facts);
  assertEquals(asked, ["a", "b", "d", "e"]);
});

const refused: [make: () => unknown, argument: string, because: string][] = [
  [() => everyEvents(0), "events", "every 0 events"],
  [() => everyEvents(1.5), "events", "every 1.5 events"],
  [() => everyEvents("9" as never), "events", "a text"],
  [() => everyEvents(undefined as never), "events", "no number of events"],
  [() => everyBytes(0), "bytes", "every 0 bytes"],
  [() => everyBytes(Infinity), "bytes", "infinitely many bytes"],
  [() => everyBytes(undefined as never), "bytes", "no number of bytes"],
  [() => olderThan(0), "milliseconds", "an age of 0"],
  [() => olderThan(-1), "milliseconds", "a negative age"],
  [() => olderThan(undefined as never), "milliseconds", "no age"],
  [() => when(true as never), "predicate", "a truth in place of a predicate"],
  [() => anyOf(), "policies", "any of none"],
  [() => allOf(), "policies", "all of none"],
  [() => anyOf(yes, 3 as never), "policies[1]", "a number among policies"],
  [() => allOf(undefined as never), "policies[0]", "nothing among policies"],
];

for (const [make, argument, because] of refused) {
  Deno.test(`snapshot policies refuse ${because}`, () => {
    const error = assertThrows(make);
    assert(isAetherError(error, "invalid-argument"), String(error));
    assertEquals(error.argument, argument);
  });
}
