import { isLogIdentity, newLogIdentity, UNKNOWN_LOG_IDENTITY } from "@flowmade-one/aether/adapter";
import { assert, assertEquals } from "@std/assert";

Deno.test("newLogIdentity() makes another identity each time", () => {
  const made = new Set(Array.from({ length: 1_000 }, newLogIdentity));
  assertEquals(made.size, 1_000);
  assert([...made].every((identity) => isLogIdentity(identity)));
});

const values: [value: string, isOne: boolean][] = [
  ["3f9c0a1b2c4d", true],
  ["000000000001", true],
  ["ffffffffffff", true],
  [UNKNOWN_LOG_IDENTITY, false],
  ["3f9c0a1b2c4", false],
  ["3f9c0a1b2c4d0", false],
  ["3F9C0A1B2C4D", false],
  ["3f9c0a1b2c4g", false],
  ["3f9c0a1b2c4d\n", false],
  ["", false],
];

for (const [value, isOne] of values) {
  Deno.test(`isLogIdentity(${JSON.stringify(value)}) is ${isOne}`, () => assertEquals(isLogIdentity(value), isOne));
}
