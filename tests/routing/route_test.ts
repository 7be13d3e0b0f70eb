import { assertEquals, assertStrictEquals } from "@std/assert";
import { PatternRouter } from "../../src/routing/pattern_router.ts";
import { COMPARED_CHANGES, REMEMBERED_CHANGES } from "../../src/routing/routing_limits.ts";

interface Named {
  readonly name: string;
}
const x: Named = { name: "x" };
const y: Named = { name: "y" };

/** A route with two patterns behind it, so that looking it up again makes another array. */
function routeOfTwo(): { router: PatternRouter<Named>; route: ReturnType<PatternRouter<Named>["route"]> } {
  const router = new PatternRouter<Named>({ seed: 1 });
  router.add("prod.orders.42", x);
  router.add("prod.*.42", y);
  return { router, route: router.route("prod.orders.42") };
}

const unrelated = [
  "dev.>",
  "dev.*",
  "prod.orders.43",
  "prod.orders",
  "test.orders.42",
  "prod.users.*",
  "prod.users.>",
  "*.users.>",
  "prod.*.43",
  "prod.orders.42.*",
  "*.*.43",
];
const related: [pattern: string, reason: string][] = [
  ["prod.orders.42", "the same subject"],
  ["prod.orders.>", "its first two tokens"],
  ["prod.*.42", "its first token and a wildcard"],
  ["prod.>", "its first token and a wildcard"],
  ["*.orders.42", "a wildcard and its second token"],
  ["*.*.42", "two wildcards"],
  [">", "everything"],
];

for (const pattern of unrelated) {
  Deno.test(`Route.handlers of prod.orders.42 is not refreshed by a change of ${pattern}`, () => {
    const { router, route } = routeOfTwo();
    const { handlers } = route;
    router.add(pattern, { name: "z" });
    assertStrictEquals(route.handlers, handlers, "the same array: nothing was looked up");
  });
}

for (const [pattern, reason] of related) {
  Deno.test(`Route.handlers of prod.orders.42 is refreshed by a change of ${pattern}: ${reason}`, () => {
    const { router, route } = routeOfTwo();
    const { handlers } = route;
    const z = { name: "z" };
    router.add(pattern, z);
    assertEquals(route.handlers.includes(z), true);
    assertStrictEquals(route.handlers, route.handlers, "looked up once");
    assertEquals(handlers.includes(z), false, "an array that was returned earlier does not change");
    router.remove(pattern, z);
    assertEquals(route.handlers, [x, y]);
  });
}

Deno.test("PatternRouter.add() and remove() without effect do not refresh routes", () => {
  const { router, route } = routeOfTwo();
  const { handlers } = route;
  router.add("prod.orders.42", x);
  router.remove("prod.orders.42", y);
  assertStrictEquals(route.handlers, handlers);
});

for (const count of [0, 1, REMEMBERED_CHANGES - 1, REMEMBERED_CHANGES]) {
  Deno.test(`Route.handlers is the same array after ${count} unrelated changes`, () => {
    const { router, route } = routeOfTwo();
    const { handlers } = route;
    for (let i = 0; i < count; i++) router.add(`dev.orders.${i}`, x);
    assertStrictEquals(route.handlers, handlers, "the same array: nothing was looked up");
  });
}

for (const count of [0, 1, REMEMBERED_CHANGES - 1, REMEMBERED_CHANGES, 3 * REMEMBERED_CHANGES]) {
  Deno.test(`Route.handlers has a subscriber that was added before ${count} unrelated changes`, () => {
    const { router, route } = routeOfTwo();
    const z = { name: "z" };
    router.add("prod.*.*", z);
    for (let i = 0; i < count; i++) router.add(`dev.orders.${i}`, x);
    assertEquals(route.handlers, [x, y, z]);
  });
}

for (const count of [COMPARED_CHANGES, COMPARED_CHANGES + 1, 3 * REMEMBERED_CHANGES]) {
  Deno.test(`Route.handlers has the subscribers added before and after ${count} changes of the same kind`, () => {
    const { router, route } = routeOfTwo();
    const [before, after] = [{ name: "before" }, { name: "after" }];
    router.add("prod.orders.*", before);
    for (let i = 0; i < count; i++) router.add(`prod.orders.x${i}.*`, x);
    assertEquals(route.handlers, [x, before, y]);
    for (let i = 0; i < count; i++) router.remove(`prod.orders.x${i}.*`, x);
    router.add("prod.orders.>", after);
    assertEquals(route.handlers, [x, before, after, y]);
  });
}

Deno.test("Route.handlers of a subject without subscribers has the first one that is added", () => {
  const router = new PatternRouter<Named>();
  const route = router.route("a");
  assertEquals(route.handlers, []);
  router.add("*", x);
  assertEquals(route.handlers, [x]);
  router.remove("*", x);
  assertEquals(route.handlers, []);
});

for (const subject of ["", "a..b", "a."]) {
  Deno.test(`Route.handlers of the invalid subject "${subject}" is empty`, () => {
    const router = new PatternRouter<Named>();
    const route = router.route(subject);
    router.add(">", x);
    assertEquals(route.handlers, []);
  });
}
