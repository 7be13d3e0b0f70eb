import { assertEquals } from "@std/assert";
import { quote } from "../../src/base/quote.ts";

const cases: [value: unknown, shown: string][] = [
  ["x", '"x"'],
  ['a"b\n', '"a\\"b\\n"'],
  ["x".repeat(81), `"${"x".repeat(80)}…"`],
  [1.5, "1.5"],
  [-0, "-0"],
  [NaN, "NaN"],
  [10n, "the bigint 10"],
  [true, "true"],
  [undefined, "undefined"],
  [null, "null"],
  [[1], "an array"],
  [{ toString: () => "evil" }, "an object"],
  [Object.create(null), "an object"],
  [new Date(0), "a Date"],
  [new (class Order {})(), "an Order"],
  [new (class User {})(), "a User"],
  [new (class extends Map {})(), "an object of a class without a name"],
  [Object.create({}), "an object that inherits from another"],
  [Object.create({ constructor: { name: "Evil" } }), "an object that inherits from another"],
  [
    new (class {
      static get name() {
        throw new Error("an accessor was run");
      }
    })(),
    "an object of a class without a name",
  ],
  [revoked(), "an object"],
  [() => 1, "a function"],
  [Symbol("s"), "a symbol"],
];

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

for (const [value, shown] of cases) {
  Deno.test(`quote() returns ${shown.slice(0, 30)}`, () => assertEquals(quote(value), shown));
}
