import { assert, assertEquals, assertThrows } from "@std/assert";
import { isAetherError, parsePosition } from "@flowmade-one/aether";
import {
  comesAfter,
  endOfCommit,
  isEndOfCommit,
  logIdentityOf,
  MAX_OFFSET,
  offsetAfter,
  offsetOf,
  toPosition,
} from "../../src/values/position.ts";

const LOG = "3f9c0a1b2c4d";

const places: [offset: number, index: number, count: number, offsetAfter: number, reason: string][] = [
  [1, 0, 1, 2, "the only event of the first commit"],
  [1, 0, 2, 1, "the first of two events"],
  [1, 1, 2, 2, "the second of two events"],
  [7, 998, 1_000, 7, "the last but one of 1,000 events"],
  [7, 999, 1_000, 8, "the last of 1,000 events"],
  [2 ** 40, 3, 5, 2 ** 40, "far in a log"],
  [MAX_OFFSET, 0, 1, MAX_OFFSET + 1, "the greatest offset"],
];

for (const [offset, index, count, after, reason] of places) {
  Deno.test(`offsetOf() and offsetAfter() read a position: ${reason}`, () => {
    const position = toPosition(LOG, offset, index, count);
    assertEquals(position.length, 29);
    assertEquals(logIdentityOf(position), LOG);
    assertEquals(offsetOf(position), offset);
    assertEquals(offsetAfter(position), after);
    assertEquals(isEndOfCommit(position), index === count - 1);
    assertEquals(parsePosition(position), position);
  });
}

Deno.test("toPosition() makes strings that sort in the order of the log", () => {
  const inOrder = [
    toPosition(LOG, 1, 0, 3),
    toPosition(LOG, 1, 1, 3),
    toPosition(LOG, 1, 2, 3),
    toPosition(LOG, 2, 0, 1),
    toPosition(LOG, 9, 0, 1),
    toPosition(LOG, 10, 0, 1_000),
    toPosition(LOG, 10, 998, 1_000),
    toPosition(LOG, 10, 999, 1_000),
    toPosition(LOG, 11, 0, 2),
    endOfCommit(LOG, MAX_OFFSET),
  ];
  assertEquals([...inOrder].sort(), inOrder);
  for (let i = 1; i < inOrder.length; i++) {
    const [before, after] = [inOrder[i - 1]!, inOrder[i]!];
    assertEquals([comesAfter(after, before), comesAfter(before, after), comesAfter(after, after)], [
      true,
      false,
      false,
    ]);
  }
  assertEquals(new Set(inOrder).size, inOrder.length);
});

Deno.test("toPosition() of the last event of a commit is endOfCommit()", () => {
  assertEquals(toPosition(LOG, 5, 0, 1), endOfCommit(LOG, 5));
  assertEquals(toPosition(LOG, 5, 999, 1_000), endOfCommit(LOG, 5));
});

Deno.test("comesAfter() compares offsets, also of positions with different log identities", () => {
  const [earlier, later] = [toPosition("ffffffffffff", 4, 0, 1), toPosition("000000000001", 5, 0, 1)];
  assertEquals([comesAfter(later, earlier), comesAfter(earlier, later)], [true, false]);
});

const refused: [input: unknown, reason: string][] = [
  ["", "an empty string"],
  ["3f9c0a1b2c4d-100000000000307", "too few digits"],
  ["3f9c0a1b2c4d-10000000000030710", "too many digits"],
  ["3f9c0a1b2c4-1000000000003071", "an identity that is too short"],
  ["3f9c0a1b2c4d0-1000000000003071", "an identity that is too long"],
  ["3F9C0A1B2C4D-1000000000003071", "an identity in capitals"],
  ["3f9c0a1b2c4g-1000000000003071", "an identity that is not hexadecimal"],
  ["3f9c0a1b2c4d_1000000000003071", "another separator"],
  ["3f9c0a1b2c4d1000000000003071", "no separator"],
  ["3f9c0a1b2c4d-0000000000001023", "a number below every position"],
  ["3f9c0a1b2c4d-9999999999999999", "a number above every position"],
  ["3f9c0a1b2c4d-1000000000003070", "an index that no event has"],
  ["3f9c0a1b2c4d-1000000000003047", "the first index that no event has"],
  ["3f9c0a1b2c4d-100000000000307x", "a letter among the digits"],
  [" 3f9c0a1b2c4d-1000000000003071", "a space"],
  ["3f9c0a1b2c4d-1000000000003071\n", "a line break"],
  ["3f9c0a1b2c4d-1000000000001023", "the offset 0, which no commit has"],
  ["start", "a word"],
  [1000000000003071, "a number"],
  [undefined, "undefined"],
  [null, "null"],
];

for (const [input, reason] of refused) {
  Deno.test(`parsePosition() refuses ${reason}: ${JSON.stringify(input)}`, () => {
    const error = assertThrows(() => parsePosition(input as string), Error, "it does not have the form of one");
    assert(isAetherError(error, "invalid-argument") && error.argument === "position");
  });
}

Deno.test("parsePosition() refuses a position of an earlier version, which has no identity, and says what to do", () => {
  const error = assertThrows(() => parsePosition("1000000000003071"), Error, `Start again with after: "start"`);
  assert(isAetherError(error, "invalid-argument") && error.argument === "position");
});
