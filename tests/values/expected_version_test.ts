import { assertEquals, assertThrows } from "@std/assert";
import { isAetherError } from "@flowmade-one/aether";
import { checkExpectedVersion, type ExpectedVersion, meetsExpectation } from "../../src/values/expected_version.ts";

const cases: [expected: ExpectedVersion, version: number, meets: boolean][] = [
  [0, 0, true],
  [0, 1, false],
  [1, 0, false],
  [1, 1, true],
  [2, 1, false],
  ["exists", 0, false],
  ["exists", 1, true],
  ["exists", 1_000_000, true],
  ["any", 0, true],
  ["any", 1, true],
];

for (const [expected, version, meets] of cases) {
  Deno.test(`meetsExpectation() is ${meets} for version ${version} and the expected version ${expected}`, () => {
    assertEquals(meetsExpectation(expected, version), meets);
  });
}

for (const expected of [0, 1, Number.MAX_SAFE_INTEGER, "any", "exists"]) {
  Deno.test(`checkExpectedVersion() accepts ${expected}`, () =>
    assertEquals(checkExpectedVersion(expected), undefined));
}

const refused = [undefined, null, -1, 0.5, NaN, Infinity, Number.MAX_SAFE_INTEGER + 1, "0", "Any", "", true, 1n, {}, [
  0,
]];
for (const expected of refused) {
  Deno.test(`checkExpectedVersion() refuses the ${typeof expected} ${String(expected)}`, () => {
    const error = assertThrows(() => checkExpectedVersion(expected), Error, "must be the version");
    assertEquals(isAetherError(error, "invalid-argument") && error.argument, "expectedVersion");
  });
}
