import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { ClosedError, InvalidArgumentError } from "../../errors.ts";
import { ConformanceFailure } from "../../conformance/conformance_failure.ts";
import { expectEqual, expectError, expectThrows, expectTrue } from "../../conformance/expect.ts";
import { formatValue } from "../../src/base/format_value.ts";

const equal: [a: unknown, b: unknown][] = [
  [1, 1],
  [NaN, NaN],
  ["é", "é"],
  [undefined, undefined],
  [[], []],
  [{ a: 1, b: [2, { c: null }] }, { b: [2, { c: null }], a: 1 }],
  [Object.freeze([1]), [1]],
];

const unequal: [actual: unknown, expected: unknown, message: string][] = [
  [1, 2, "it: expected 2, got 1"],
  [1, "1", 'it: expected "1", got 1'],
  [0, -0, "it: expected -0, got 0"],
  [null, undefined, "it: expected undefined, got null"],
  [[], {}, "it: expected {}, got []"],
  [[1, 2], [1], "it: expected [1], got [1, 2] (first difference at 1: expected undefined, got 2)"],
  [[1], [1, 2], "it: expected [1, 2], got [1] (first difference at 1: expected 2, got undefined)"],
  [
    { a: 1 },
    { a: 1, b: undefined },
    "it: expected { a: 1, b: undefined }, got { a: 1 } (first difference at b: expected undefined, got undefined)",
  ],
  [
    { a: { b: [1] } },
    { a: { b: [2] } },
    "it: expected { a: { b: [2] } }, got { a: { b: [1] } } (first difference at a.b.0: expected 2, got 1)",
  ],
  [
    "e\u0301",
    "\u00e9",
    'it: expected "\u00e9", got "e\u0301" (first difference at code unit 0: expected U+00E9, got U+0065)',
  ],
  [
    ["ab"],
    ["abc"],
    'it: expected ["abc"], got ["ab"] (first difference at 0, code unit 2: expected U+0063, got the end)',
  ],
];

Deno.test("expectEqual() compares values by structure", () => {
  for (const [a, b] of equal) expectEqual(a, b, "it");
});

Deno.test("expectEqual() reports the first difference", () => {
  for (const [actual, expected, message] of unequal) {
    assertEquals(assertThrows(() => expectEqual(actual, expected, "it"), ConformanceFailure).message, message);
  }
});

Deno.test("expectTrue() reports the sentence that is false", () => {
  expectTrue(true, "the sky is blue");
  assertThrows(() => expectTrue(false, "the sky is green"), ConformanceFailure, "Not true: the sky is green");
});

const wrongErrors: [title: string, attempt: () => unknown, message: string][] = [
  ["no error", () => 7, 'close: expected an error "closed"'],
  ["another value", () => {
    throw "closed";
  }, 'close: expected an error "closed", got "closed"'],
  ["an error with the code only", () => {
    throw Object.assign(new Error("x"), { code: "closed" });
  }, 'close: expected an error "closed", got Error: x'],
  ["another code", () => {
    throw new InvalidArgumentError("bad", { argument: "a" });
  }, 'close: expected an error "closed", got "invalid-argument": bad'],
];

Deno.test("expectError() and expectThrows() compare code and fields", async () => {
  const error = new ClosedError("it was closed", { cause: 7 });
  const fail = () => {
    throw error;
  };
  assertEquals(await expectError(Promise.reject(error), "closed", { cause: 7 }, "close"), error);
  assertEquals(await expectError(fail, "closed", {}, "close"), error);
  assertEquals(expectThrows(fail, "closed", { message: "it was closed" }, "close"), error);
  const message = 'close: field cause of "closed": expected 8, got 7';
  await assertRejects(() => expectError(fail, "closed", { cause: 8 }, "close"), ConformanceFailure, message);
});

for (const [title, attempt, message] of wrongErrors) {
  Deno.test(`${title} is not the error that is expected`, async () => {
    assertThrows(() => expectThrows(attempt, "closed", {}, "close"), ConformanceFailure, message);
    await assertRejects(() => expectError(attempt, "closed", {}, "close"), ConformanceFailure, message);
    await assertRejects(() => expectError((async () => await attempt())(), "closed", {}, "close"), ConformanceFailure);
  });
}

const shown: [value: unknown, text: string][] = [
  ['"', '"\\""'],
  [-0, "-0"],
  [10n, "10"],
  [undefined, "undefined"],
  [null, "null"],
  [() => 1, "a function"],
  [{}, "{}"],
  [{ a: [1, "b"], c: undefined }, '{ a: [1, "b"], c: undefined }'],
  [new RangeError("too much"), "RangeError: too much"],
];

Deno.test("values are shown on one line", () => {
  for (const [value, text] of shown) assertEquals(formatValue(value), text);
});

Deno.test("expectEqual() truncates a long value and shows its length", () => {
  const text = formatValue("x".repeat(5_000));
  assert(text.length < 500 && text.endsWith("… (5002 characters)"), text);
});
