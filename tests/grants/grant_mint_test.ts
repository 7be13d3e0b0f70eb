import { assert, assertEquals, assertThrows } from "@std/assert";
import { type Grant, isAetherError } from "@flowmade-one/aether";
import type { GrantUse } from "@flowmade-one/aether/types";
import { memory } from "@flowmade-one/aether/memory";

const grantOptions = { reason: "audit log" };

Deno.test("grant() returns a frozen grant with its pattern and reason", () => {
  const grant = memory().grant("prod.>", grantOptions);
  assertEquals([grant.pattern as string, grant.reason], ["prod.>", "audit log"]);
  assertThrows(() => Object.assign(grant, { pattern: ">" }), TypeError);
  assertThrows(() => Object.setPrototypeOf(grant, { pattern: ">" }), TypeError);
});

const narrowings: [outer: string, inner: string, allowed: boolean][] = [
  ["prod.>", "prod.>", true],
  ["prod.>", "prod.orders", true],
  ["prod.>", "prod.*.eu", true],
  [">", "prod", true],
  ["*", "prod", true],
  ["prod.>", "prod", false],
  ["prod.>", ">", false],
  ["prod.*", "prod.>", false],
  ["prod.orders", "prod.*", false],
  ["prod", "test", false],
  ["*", "*.*", false],
];

for (const [outer, inner, allowed] of narrowings) {
  Deno.test(`narrow() ${allowed ? "accepts" : "refuses"} ${inner} for a grant for ${outer}`, () => {
    const grant = memory().grant(outer, grantOptions);
    if (allowed) {
      const narrow = grant.narrow(inner);
      assertEquals([narrow.pattern as string, narrow.reason], [inner, "audit log"]);
    } else {
      const error = assertThrows(
        () => grant.narrow(inner),
        Error,
        `Cannot narrow the grant for "${outer}" to "${inner}"`,
      );
      assert(isAetherError(error, "invalid-grant"));
    }
  });
}

Deno.test("narrow() of a narrowed grant cannot widen it", () => {
  const grant = memory().grant(">", grantOptions).narrow("prod.>").narrow("prod.*");
  assertThrows(() => grant.narrow("prod.>"));
  assertThrows(() => grant.narrow("test.a"));
});

const badReasons = [undefined, null, "", "   ", 7, "x".repeat(501)];
for (const reason of badReasons) {
  Deno.test(`grant() refuses the reason ${JSON.stringify(reason)?.slice(0, 20)}`, () => {
    const error = assertThrows(() => memory().grant("prod.>", { reason: reason as string }));
    assertEquals(isAetherError(error, "invalid-argument") && error.argument, "reason");
  });
}

Deno.test("grant() accepts a reason of 500 characters", () => {
  assertEquals(memory().grant("prod.>", { reason: "x".repeat(500) }).reason.length, 500);
});

Deno.test("grant() refuses an invalid pattern, missing options and unknown options", () => {
  assert(isAetherError(assertThrows(() => memory().grant("prod.*x", grantOptions)), "invalid-pattern"));
  assert(isAetherError(assertThrows(() => memory().grant("prod", undefined as never)), "invalid-argument"));
  assert(
    isAetherError(assertThrows(() => memory().grant("prod", { reason: "x", why: 1 } as never)), "invalid-argument"),
  );
});

const backend = memory();
const grant = backend.grant(">", grantOptions);
const forgeries: [value: unknown, title: string][] = [
  [undefined, "undefined"],
  [">", "a pattern"],
  [{ pattern: ">", reason: "audit log" }, "an object with the properties of a grant"],
  [{ ...grant }, "a copy of a grant"],
  [Object.create(grant), "an object that inherits from a grant"],
  [new Proxy(grant, {}), "a proxy of a grant"],
  [JSON.parse(JSON.stringify(grant)), "a grant that was converted to JSON and back"],
  [memory().grant(">", grantOptions), "a grant of another backend"],
  [memory().grant(">", grantOptions).narrow("prod"), "a narrowed grant of another backend"],
];

for (const [forgery, description] of forgeries) {
  Deno.test(`namespaces() refuses ${description} as a grant`, () => {
    const error = assertThrows(() => backend.namespaces(forgery as Grant), Error, "this backend did not create it");
    assert(isAetherError(error, "invalid-grant"));
  });
}

Deno.test("onGrantUsed receives each use of a grant with its pattern and reason, and no refused use", () => {
  const uses: GrantUse[] = [];
  const audited = memory({ onGrantUsed: (use) => uses.push(use) });
  const grant = audited.grant("prod.>", grantOptions);
  audited.namespaces(grant);
  audited.namespaces(grant.narrow("prod.eu"));
  assertThrows(() => audited.namespaces(memory().grant(">", grantOptions)));
  assertEquals(uses.map(({ pattern, reason, operation }) => [pattern as string, reason, operation]), [
    ["prod.>", "audit log", "namespaces"],
    ["prod.eu", "audit log", "namespaces"],
  ]);
});

Deno.test("onGrantUsed refuses the use of a grant if it throws", () => {
  const audited = memory({
    onGrantUsed: () => {
      throw new RangeError("not today");
    },
  });
  assertThrows(() => audited.namespaces(audited.grant(">", grantOptions)), RangeError, "not today");
});

Deno.test("onGrantUsed refuses the use of a grant if it returns a promise", () => {
  const audited = memory({ onGrantUsed: (() => Promise.reject(new Error("late"))) as () => void });
  const error = assertThrows(() => audited.namespaces(audited.grant(">", grantOptions)));
  assertEquals(isAetherError(error, "invalid-argument") && error.argument, "onGrantUsed");
});

Deno.test("memory() calls the functions of the application with undefined as this", async () => {
  const called: [name: string, self: unknown][] = [];
  const note = (name: string, answer: unknown) =>
    function (this: unknown) {
      called.push([name, this]);
      return answer;
    };
  const backend = memory({
    onGrantUsed: note("onGrantUsed", undefined) as () => void,
    onError: note("onError", undefined) as () => void,
    now: note("now", 1) as () => number,
    newId: note("newId", "id") as () => string,
  });
  const grant = backend.grant(">", { reason: "test" });
  backend.bus.subscriberCounts(grant);
  backend.bus.observe(grant, note("observer", undefined));
  backend.bus.within("ns").subscribe(note("handler", undefined));
  backend.bus.within("ns").subscribe(() => {
    throw new Error("reported");
  });
  await backend.store("ns").append("a", [{ type: "T", data: {} }], { expectedVersion: 0 });
  const names = new Set(called.map(([name]) => name));
  assertEquals([...names].sort(), ["handler", "newId", "now", "observer", "onError", "onGrantUsed"]);
  assertEquals(called.filter(([, self]) => self !== undefined), []);
});
