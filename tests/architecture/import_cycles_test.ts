import { assert, assertEquals } from "@std/assert";
import { betweenDirectories, findCycles } from "./find_cycles.ts";
import { listLayeredFiles } from "./find_violations.ts";
import { readArrows } from "./read_arrows.ts";

const PROJECT = new URL("../../", import.meta.url);
const product = await readArrows(PROJECT, await listLayeredFiles(PROJECT));

Deno.test("src, adapters, conformance and entry points have no import cycle, type-only imports included", () => {
  assert(product.length > 500, `only ${product.length} imports were read`);
  assertEquals(findCycles(product), []);
});

Deno.test("imports between directories of src, adapters and conformance have no cycle", () => {
  // The conformance kit and its cases count as one directory: the list of cases imports them, and they import its helpers.
  const joined = product.map(({ from, to }) => ({ from: joinKit(from), to: joinKit(to) }));
  const arrows = betweenDirectories(joined.filter(({ from }) => from.includes("/")));
  assert(arrows.length > 100, `only ${arrows.length} imports were read`);
  assertEquals(findCycles(arrows), []);
});

function joinKit(path: string): string {
  return path.replace(/^conformance\/cases\//, "conformance/");
}

const graphs: [arrows: string[], cycles: string[], reason: string][] = [
  [[], [], "no file imports another"],
  [["a b", "b c"], [], "a chain ends"],
  [["a b", "a c", "b d", "c d"], [], "two ways to one file are no cycle"],
  [["a b", "a b"], [], "a file may be imported twice"],
  [["a a"], ["a -> a"], "a file imports itself"],
  [["a b", "b a"], ["a -> b -> a"], "two files import each other"],
  [["a b", "b c", "c d", "d b"], ["b -> c -> d -> b"], "the file that leads to a cycle is not part of it"],
  [["a b", "b a", "c d", "d c"], ["a -> b -> a", "c -> d -> c"], "each cycle is reported"],
  [["a b", "b c", "c a", "c b"], ["a -> b -> c -> a", "b -> c -> b"], "cycles that share an import are both reported"],
  [["a b", "c b", "b c"], ["b -> c -> b"], "a cycle is reported once"],
];

for (const [pairs, cycles, reason] of graphs) {
  Deno.test(`findCycles() of "${pairs.join(", ")}": ${reason}`, () => {
    const arrows = pairs.map((pair) => pair.split(" ")).map(([from, to]) => ({ from: from!, to: to! }));
    assertEquals(findCycles(arrows), cycles);
  });
}

Deno.test("betweenDirectories() names directories and leaves out imports within one", () => {
  const arrows = [{ from: "src/a/b.ts", to: "src/a/c.ts" }, { from: "src/a/b.ts", to: "src/d/e.ts" }];
  assertEquals(betweenDirectories(arrows), [{ from: "src/a/", to: "src/d/" }]);
});
