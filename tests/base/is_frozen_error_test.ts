import { assertEquals } from "@std/assert";
import { isFrozenError } from "../../src/base/is_frozen_error.ts";

const rows: [error: unknown, expected: boolean][] = [
  // V8: Deno and Node.js.
  [new TypeError("Cannot assign to read only property 'n' of object '#<Object>'"), true],
  [new TypeError("Cannot add property n, object is not extensible"), true],
  [new TypeError("Cannot delete property 'n' of #<Object>"), true],
  // JavaScriptCore: Bun and Safari.
  [new TypeError("Attempted to assign to readonly property."), true],
  [new TypeError("Attempting to define property on object that is not extensible."), true],
  [new TypeError("Unable to delete property."), true],
  // SpiderMonkey: Firefox.
  [new TypeError('"n" is read-only'), true],
  [new TypeError('can\'t define property "n": Object is not extensible'), true],
  [new TypeError('property "n" is non-configurable and can\'t be deleted'), true],
  // Other errors.
  [new TypeError("Cannot read properties of undefined (reading 'n')"), false],
  [new Error("Cannot delete property"), false],
  ["Cannot delete property", false],
  [undefined, false],
];

for (const [error, expected] of rows) {
  Deno.test(`isFrozenError() is ${expected} for ${error}`, () => assertEquals(isFrozenError(error), expected));
}

Deno.test("isFrozenError() is true for the errors of this engine", () => {
  const frozen: { n?: number; m?: number } = Object.freeze({ n: 1 });
  const list: number[] = Object.freeze([1]) as number[];
  const changes = [() => frozen.n = 2, () => frozen.m = 2, () => delete frozen.n, () => list.push(2), () => list.pop()];
  const errors = changes.map((change) => {
    try {
      return change();
    } catch (error) {
      return error;
    }
  });
  assertEquals(errors.map(isFrozenError), changes.map(() => true));
});
