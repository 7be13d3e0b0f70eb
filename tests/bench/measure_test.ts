import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { measure, measureAsync, Measured } from "../../bench/measure.ts";

/** A candidate that records its turns in `turns`. `answers` returns its answer in a round, by default always 1. */
function candidate(name: string, turns: string[], answers: (round: number) => number = () => 1) {
  return {
    name,
    operations: 1,
    prepare: (round: number) => (turns.push(`${name}${round}`), round),
    run: answers,
  };
}

Deno.test("measure() and measureAsync() run the candidates of each round in the same random orders", async () => {
  const names = ["a", "b", "c"];
  const turns: string[] = [];
  measure(40, names.map((name) => candidate(name, turns)));
  const rounds = Array.from({ length: 50 }, (_, round) => turns.slice(3 * round, 3 * round + 3)); // 10 warm up.
  const orders = new Set<string>();
  rounds.forEach((round, at) => {
    assertEquals(round.toSorted(), names.map((name) => `${name}${at}`));
    orders.add(round.map(([name]) => name).join(""));
  });
  assertEquals([...orders].toSorted(), ["abc", "acb", "bac", "bca", "cab", "cba"]);
  const before = turns.splice(0);
  await measureAsync(40, names.map((name) => ({ ...candidate(name, turns), run: () => Promise.resolve(1) })));
  assertEquals(turns, before);
});

Deno.test("measure() and measureAsync() refuse candidates that disagree, except unchecked candidates", async () => {
  const wrong = candidate("b", [], (round) => round === 1 ? 2 : 1);
  const message = `Cannot compare "b": its answer in round 1 is 2, not 1`;
  assertThrows(() => measure(3, [wrong, candidate("a", []), candidate("c", [])].toReversed()), Error, message);
  await assertRejects(() => measureAsync(3, [candidate("a", []), candidate("c", []), wrong]), Error, message);
  measure(3, [candidate("a", []), { ...wrong, checked: false }]);
});

Deno.test("Measured computes medians of the rounds, and of the ratios and differences in each round", () => {
  const measured = new Measured(new Map([["long", [40, 30, 50]], ["short", [10, 5, 50]]]));
  assertEquals(measured.nanoseconds("long"), 40);
  assertEquals(measured.timeRatio("long", "short"), 4); // The median of 4, 6 and 1.
  assertEquals(measured.difference("long", "short"), 25); // The median of 30, 25 and 0.
  assertThrows(() => measured.nanoseconds("other"), Error, `Cannot read the samples of "other"`);
});

Deno.test("Measured.computing compares computing times, and measureAsync() measures them", async () => {
  const measured = new Measured(new Map([["a", [40]], ["b", [10]]]), new Map([["a", [6]], ["b", [3]]]));
  assertEquals([measured.timeRatio("a", "b"), measured.computing.timeRatio("a", "b")], [4, 2]);
  const { computing } = await measureAsync(3, [candidate("a", []), candidate("b", [])]);
  for (const name of ["a", "b"]) assert(computing.nanoseconds(name) >= 0);
});
