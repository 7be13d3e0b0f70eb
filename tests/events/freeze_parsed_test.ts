import { assert, assertEquals, assertThrows } from "@std/assert";
import { freezeParsed } from "../../src/events/freeze_parsed.ts";

Deno.test("freezeParsed() freezes all levels in place", () => {
  const parsed = JSON.parse('{"a":[{"b":1}],"c":null,"d":"x","e":true}');
  assertEquals(freezeParsed(parsed, 3), undefined);
  for (const value of [parsed, parsed.a, parsed.a[0]]) {
    assertThrows(() => value.added = 1, TypeError);
  }
});

Deno.test("freezeParsed() freezes no value that an object inherits", () => {
  const prototype = Object.prototype as { added?: object; great?: number };
  [prototype.added, prototype.great] = [{}, Infinity];
  try {
    const parsed = JSON.parse('{"a":{},"__proto__":{"b":1}}');
    assertEquals(freezeParsed(parsed, 2), undefined);
    assert([parsed, parsed.a, Object.values(parsed)[1]].every(Object.isFrozen));
    assert(!Object.isFrozen(prototype.added));
  } finally {
    delete prototype.added;
    delete prototype.great;
  }
});

Deno.test("freezeParsed() accepts scalars", () => {
  for (const scalar of [1, -0, "x", null, true]) assertEquals(freezeParsed(scalar, 0), undefined);
});

const refused: [json: string, levels: number, message: string][] = [
  ["[]", 0, "is nested too deeply"],
  ['{"a":[{}]}', 2, "is nested too deeply"],
  ["1e400", 1, "has a number that is not finite"],
  ['{"a":[-1e400]}', 3, "has a number that is not finite"],
];

for (const [json, levels, message] of refused) {
  Deno.test(`freezeParsed() refuses ${json} with ${levels} levels`, () => {
    assertEquals(freezeParsed(JSON.parse(json), levels), message);
  });
}
