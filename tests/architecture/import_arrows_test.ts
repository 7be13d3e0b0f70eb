import { assert, assertEquals } from "@std/assert";
import { findViolations, listLayeredFiles } from "./find_violations.ts";
import { importViolation, sourceViolations } from "./layers.ts";
import { readArrows } from "./read_arrows.ts";

const PROJECT = new URL("../../", import.meta.url);

Deno.test("every import of this project points downwards", async () => {
  assert((await listLayeredFiles(PROJECT)).includes("mod.ts"));
  assertEquals(await findViolations(PROJECT), []);
});

Deno.test("the core, the conformance kit and the memory adapter have no dependency", async () => {
  const entries = [...Deno.readDirSync(PROJECT)].map(({ name }) => name).filter((name) => /^[a-z]+\.ts$/.test(name));
  const arrows = await readArrows(PROJECT, [...entries, "conformance/mod.ts", "adapters/memory/mod.ts"]);
  assert(entries.includes("mod.ts") && arrows.length > 0);
  assertEquals(arrows.filter(({ to }) => !/^(src|conformance|adapters\/memory)\/|^[a-z]+\.ts$/.test(to)), []);
});

/** Small projects, and the one rule that each breaks. */
const projects: [name: string, files: Record<string, string>, violations: string[]][] = [
  ["imports that point downwards", {
    "adapter.ts": `export { a } from "./src/a.ts";`,
    "mod.ts": `export { a } from "./src/a.ts";`,
    "conformance/mod.ts": `export { a } from "../src/a.ts";`,
    "adapters/memory/mod.ts": `export { a } from "../../mod.ts";`,
    "src/a.ts": `export { b as a } from "./b.ts";`,
    "src/b.ts": "export const b = 1;",
    "tests/a_test.ts": `export { a } from "../adapters/memory/mod.ts";`,
  }, []],
  ["a type-only import of the core", {
    "src/a.ts": `import type { Memory } from "../adapters/memory/mod.ts";\nexport type A = Memory;`,
    "adapters/memory/mod.ts": "export interface Memory {}",
  }, ["src/a.ts imports adapters/memory/mod.ts: the core imports only the core"]],
  ["a dynamic import of the core", {
    "src/a.ts": `export const a = import("../tests/helper.ts");`,
    "tests/helper.ts": "export const helper = 1;",
  }, ["src/a.ts imports tests/helper.ts: the core imports only the core"]],
  ["a re-export of the core", {
    "src/a.ts": `export { helper } from "../tests/helper.ts";`,
    "tests/helper.ts": "export const helper = 1;",
  }, ["src/a.ts imports tests/helper.ts: the core imports only the core"]],
  ["an entry point that exports everything", {
    "mod.ts": `export * from "./src/a.ts";`,
    "src/a.ts": "export const a = 1;",
  }, [`mod.ts has "export *": an entry point lists its names`]],
];

for (const [name, files, violations] of projects) {
  Deno.test(`findViolations() of ${name}`, async () => {
    const root = new URL(`file://${await Deno.makeTempDir()}/`);
    try {
      for (const [path, source] of Object.entries(files)) {
        await Deno.mkdir(new URL("./", new URL(path, root)), { recursive: true });
        await Deno.writeTextFile(new URL(path, root), source);
      }
      assertEquals(await findViolations(root), violations);
    } finally {
      await Deno.remove(root, { recursive: true });
    }
  });
}

const arrows: [from: string, to: string, allowed: boolean, reason: string][] = [
  ["tests/a_test.ts", "src/a.ts", true, "tests import any file"],
  ["examples/flights/main.ts", "mod.ts", true, "an example is above all layers"],
  ["bench/main.ts", "npm:mitata", true, "a bench is above all layers"],
  ["src/a.ts", "npm:left-pad@1.3.0", false, "the core has no dependency"],
  ["src/a.ts", "jsr:@std/assert@1", false, "the core has no dependency"],
  ["src/a.ts", "node:fs", false, "the core needs no runtime in particular"],
  ["src/a.ts", "@std/assert", false, "the core has no dependency"],
  ["src/deep/a.ts", "mod.ts", false, "an entry point is above the core"],
  ["src/a.ts", "conformance/mod.ts", false, "the conformance kit is above the core"],
  ["src/a.ts", "examples/flights/main.ts", false, "no layer imports an example"],
  ["mod.ts", "bench/main.ts", false, "no layer imports a bench"],
  ["mod.ts", "adapter.ts", false, "entry points are side by side"],
  ["errors.ts", "mod.ts", false, "entry points are side by side"],
  ["adapters/memory/mod.ts", "errors.ts", true, "an adapter imports the core through its entry points"],
  ["adapters/other/mod.ts", "limits.ts", true, "an adapter imports the core through its entry points"],
  ["conformance/mod.ts", "patterns.ts", true, "entry points are below the kit"],
  ["mod.ts", "adapters/memory/mod.ts", false, "an adapter is above the entry points"],
  ["conformance/cases/a.ts", "conformance/fixtures.ts", true, "it is the kit's own file"],
  ["conformance/mod.ts", "adapters/memory/mod.ts", false, "an adapter is above the kit"],
  ["adapters/memory/mod.ts", "adapters/memory_extra/mod.ts", false, "a longer name is another adapter"],
  ["adapters/memory/mod.ts", "adapters/jetstream/mod.ts", false, "adapters are side by side"],
  ["adapters/memory/mod.ts", "src/a.ts", false, "an adapter imports the core through its entry points"],
  ["adapters/memory/mod.ts", "@nats-io/jetstream", false, "only the JetStream adapter has this dependency"],
  ["adapters/jetstream/log.ts", "@nats-io/jetstream", true, "it is the adapter's dependency"],
  ["adapters/jetstream/log.ts", "@nats-io/jetstream/internal", false, "internals are not public"],
  ["adapters/jetstream/log.ts", "@nats-io/transport-node", false, "the caller brings the transport"],
];

for (const [from, to, allowed, reason] of arrows) {
  Deno.test(`importViolation(): ${from} ${allowed ? "may" : "may not"} import ${to}, because ${reason}`, () => {
    assertEquals(importViolation({ from, to }) === undefined, allowed);
  });
}

const sources: [source: string, isViolation: boolean, reason: string][] = [
  ["const now = Deno.now;", true, "it is the global"],
  ["const { now } = globalThis.Deno;", true, "it is the same global"],
  ["// Deno.now is not used", false, "it is a comment"],
  ["/** Runs on Deno. */", false, "it is a comment"],
  [`const url = "http://a"; Deno.now;`, true, "slashes in a string start no comment"],
  ["const isDenocke = 1;", false, "it is part of another word"],
  ["const module = await import(name);", true, "the name is known only at run time"],
  ["const module = await import(`./${name}.ts`);", true, "a template is known only at run time"],
  [`const module = await import("./a.ts");`, false, "the name can be read"],
  ["export * from './a.ts';", false, "it is no entry point"],
  ["using lock = take();", true, "Node.js 22 cannot parse it"],
  ["{ await using backend = memory(); }", true, "Node.js 22 cannot parse it"],
  ["const using = 1;", false, "it is a name"],
  ["/** Hold it by `using lock = take();` */", false, "it is a comment"],
];

for (const [source, isViolation, reason] of sources) {
  Deno.test(`sourceViolations() ${isViolation ? "refuses" : "accepts"} ${source} because ${reason}`, () => {
    assertEquals(sourceViolations("src/a.ts", source).length > 0, isViolation);
  });
}
