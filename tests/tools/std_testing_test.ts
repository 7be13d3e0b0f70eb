import { assertEquals } from "@std/assert";
import { afterAll, afterEach, beforeAll, beforeEach, describe, it } from "@std/testing/bdd";
import {
  assertType,
  type Has,
  type IsAny,
  type IsExact,
  type IsNever,
  type IsNullable,
  type IsUnknown,
  type NotHas,
} from "@std/testing/types";

const heard: string[] = [];

describe("describe and it", () => {
  beforeAll(() => void heard.push("before all"));
  beforeEach(() => void heard.push("before each"));
  afterEach(() => void heard.push("after each"));
  afterAll(() => void heard.push("after all"));

  it("runs the first case between its hooks", () => {
    assertEquals(heard, ["before all", "before each"]);
  });

  describe("a group inside", () => {
    beforeEach(() => void heard.push("before each inside"));
    afterEach(() => void heard.push("after each inside"));

    it("runs the outer hooks around the inner ones", () => {
      assertEquals(heard.slice(2), ["after each", "before each", "before each inside"]);
    });
  });

  it("runs the last case after all that", () => {
    assertEquals(heard.slice(5), ["after each inside", "after each", "before each"]);
  });
});

Deno.test("the hooks after all ran too", () => {
  assertEquals(heard.at(-1), "after all");
});

Deno.test("types are compared exactly", () => {
  assertType<IsExact<{ a: 1 }, { a: 1 }>>(true);
  assertType<IsExact<{ a: 1 } & { b: 2 }, { a: 1; b: 2 }>>(true);
  assertType<IsExact<{ a: 1 }, { a: number }>>(false);
  assertType<IsExact<{ a?: 1 }, { a: 1 | undefined }>>(false);
  assertType<IsExact<string | number, number | string>>(true);
  assertType<IsExact<string, string | number>>(false);
  // deno-lint-ignore no-explicit-any
  assertType<IsExact<any, unknown>>(false);
  // deno-lint-ignore no-explicit-any
  assertType<IsExact<{ a: any }, { a: string }>>(false);
  assertType<IsExact<never, string>>(false);
  assertType<IsExact<(a: string) => void, (a: string) => void>>(true);
  assertType<IsExact<(a: string) => void, (a: number) => void>>(false);
});

Deno.test("types are asked what they hold", () => {
  assertType<Has<string | number, number>>(true);
  assertType<Has<string, number>>(false);
  assertType<NotHas<string, number>>(true);
  assertType<IsNullable<string | null>>(true);
  assertType<IsNullable<string>>(false);
  // deno-lint-ignore no-explicit-any
  assertType<IsAny<any>>(true);
  assertType<IsAny<unknown>>(false);
  assertType<IsNever<never>>(true);
  assertType<IsNever<undefined>>(false);
  assertType<IsUnknown<unknown>>(true);
  // deno-lint-ignore no-explicit-any
  assertType<IsUnknown<any>>(false);
});
