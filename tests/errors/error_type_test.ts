import { assertEquals } from "@std/assert";
import { ClosedError } from "@flowmade-one/aether/errors";
import { memory } from "@flowmade-one/aether/memory";
import { errorType } from "../../src/errors/error_type.ts";

function fails(): never {
  throw new Error("hostile");
}

class OrderOf7 extends Error {
  override readonly name = "OrderOf7";
}

const brand = Symbol.for("@flowmade-one/aether/error");

/** Each row: an error, and its type. */
const errors: readonly (readonly [of: string, error: unknown, type: string])[] = [
  ["an error of this package", new ClosedError("closed"), "closed"],
  ["an error of another copy of this package with an unknown code", { [brand]: true, code: "order-7" }, "_OTHER"],
  ["an error whose code is the name of a property of Object.prototype", { [brand]: true, code: "toString" }, "_OTHER"],
  ["a standard error", new RangeError("secret"), "RangeError"],
  ["an aborted signal", AbortSignal.abort().reason, "AbortError"],
  ["an error whose name is not a standard one", new OrderOf7(), "_OTHER"],
  ["an error without a name", { message: "no" }, "_OTHER"],
  ["a string", "TypeError", "_OTHER"],
  ["undefined", undefined, "_OTHER"],
  ["null", null, "_OTHER"],
  ["an error whose name throws", Object.defineProperty({}, "name", { get: fails }), "_OTHER"],
  ["an error whose every property throws", new Proxy({}, { get: fails }), "_OTHER"],
];

for (const [of, error, type] of errors) {
  Deno.test(`errorType() of ${of} is ${type}`, () => {
    assertEquals(errorType(error), type);
  });
}

Deno.test("errorType() returns the code of errors of append()", async () => {
  await using backend = memory();
  const store = backend.store("a");
  const made = [{ type: "Made", data: {} }];
  const failures = [
    store.append("", made, { expectedVersion: 0 }),
    store.append("a", made, { expectedVersion: 7 }),
    store.append("a", [], { expectedVersion: 0 }),
  ].map((promise) => promise.then(() => "", (error) => errorType(error)));
  assertEquals(await Promise.all(failures), ["invalid-actor-id", "version-conflict", "invalid-argument"]);
});
