import { assert, assertEquals, assertThrows } from "@std/assert";
import { isAetherError, parsePosition } from "@flowmade-one/aether";
import {
  endOfCommit,
  isEndOfCommit,
  MAX_OFFSET,
  offsetAfter,
  offsetOf,
  toPosition,
} from "../../src/values/position.ts";

const places: [offset: number, index: number, count: number, offsetAfter: number, because: string][] = [
  [1, 0, 1, 2, "the only event of the first commit"],
  [1, 0, 2, 1, "the first of two"],
  [1, 1, 2, 2, "the second of two"],
  [7, 998, 1_000, 7, "the last but one of 1,000"],
  [7, 999, 1_000, 8, "the last of 1,000"],
  [2 ** 40, 3, 5, 2 ** 40, "far in a log"],
  [MAX_OFFSET, 0, 1, MAX_OFFSET + 1, "the greatest offset"],
];

for (const [offset, index, count, after, because] of places) {
  Deno.test(`a position tells its commit, and where to read on: ${because}`, () => {
    const position = toPosition(offset, index, count);
    assertEquals(position.length, 16);
    assertEquals(offsetOf(position), offset);
    assertEquals(offsetAfter(position), after);
    assertEquals(isEndOfCommit(position), index === count - 1);
    assertEquals(parsePosition(position), position);
  });
}

Deno.test("string comparison orders positions as the log does", () => {
  const inOrder = [
    toPosition(1, 0, 3),
    toPosition(1, 1, 3),
    toPosition(1, 2, 3),
    toPosition(2, 0, 1),
    toPosition(9, 0, 1),
    toPosition(10, 0, 1_000),
    toPosition(10, 998, 1_000),
    toPosition(10, 999, 1_000),
    toPosition(11, 0, 2),
    endOfCommit(MAX_OFFSET),
  ];
  assertEquals([...inOrder].sort(), inOrder);
  assertEquals(new Set(inOrder).size, inOrder.length);
});

Deno.test("the last event of a commit has the position of its end, however many there are", () => {
  assertEquals(toPosition(5, 0, 1), endOfCommit(5));
  assertEquals(toPosition(5, 999, 1_000), endOfCommit(5));
});

const refused: [text: unknown, because: string][] = [
  ["", "nothing"],
  ["1", "too short"],
  ["10000000000010230", "too long"],
  ["0000000000001023", "below every position"],
  ["9999999999999999", "above every position"],
  ["1000000000003070", "an index that no event has"],
  ["1000000000003047", "the first index that no event has"],
  ["100000000000307x", "a letter"],
  [" 1000000000003071", "a space"],
  ["1000000000001023", "the offset 0, which no commit has"],
  ["start", "a word"],
  [1000000000003071, "a number"],
  [undefined, "nothing at all"],
  [null, "null"],
];

for (const [text, because] of refused) {
  Deno.test(`parsePosition refuses ${because}: ${String(text)}`, () => {
    const error = assertThrows(() => parsePosition(text as string), Error, "is not a position");
    assert(isAetherError(error, "invalid-argument") && error.argument === "position");
  });
}
