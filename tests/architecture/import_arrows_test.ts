import { assert, assertEquals } from "@std/assert";
import { findFlaws, listLayeredFiles } from "./find_flaws.ts";
import { arrowFlaw, textFlaws } from "./layers.ts";
import { readArrows } from "./read_arrows.ts";

const PROJECT = new URL("../../", import.meta.url);

Deno.test("every import of this project points downwards", async () => {
  assert((await listLayeredFiles(PROJECT)).includes("mod.ts"));
  assertEquals(await findFlaws(PROJECT), []);
});

Deno.test("the core and the memory adapter depend on nothing", async () => {
  const arrows = await readArrows(PROJECT, ["mod.ts", "adapter.ts", "conformance.ts", "adapters/memory/mod.ts"]);
  assert(arrows.length > 0);
  assertEquals(arrows.filter(({ to }) => !/^(src|adapters\/memory)\/|^(mod|adapter)\.ts$/.test(to)), []);
});

/** Every fixture is a small project with one flaw, but for the first one. */
const fixtures: [folder: string, flaws: string[]][] = [
  ["all_arrows_down", []],
  ["core_imports_npm", ["src/a.ts imports npm:left-pad@1.3.0: the core imports only the core"]],
  ["core_imports_jsr", ["src/a.ts imports jsr:@std/assert@1: the core imports only the core"]],
  ["core_imports_node", ["src/a.ts imports node:fs: the core imports only the core"]],
  ["core_imports_bare", ["src/a.ts imports @std/assert: the core imports only the core"]],
  ["core_imports_type", ["src/a.ts imports adapters/memory/mod.ts: the core imports only the core"]],
  ["core_imports_entry", ["src/deep/a.ts imports mod.ts: the core imports only the core"]],
  ["core_imports_dynamically", ["src/a.ts imports tests/helper.ts: the core imports only the core"]],
  ["core_reexports_test", ["src/a.ts imports tests/helper.ts: the core imports only the core"]],
  ["core_uses_deno", ["src/a.ts uses Deno: the core runs wherever JavaScript does"]],
  ["core_imports_unknown", [
    "src/a.ts imports what is known only at run time: nobody can say where that arrow points",
  ]],
  ["entry_imports_adapter", ["mod.ts imports adapters/memory/mod.ts: an entry point imports only the core"]],
  ["entry_exports_star", [`mod.ts has "export *": an entry point lists its names`]],
  ["conformance_imports_adapter", [
    "conformance.ts imports adapters/memory/mod.ts: conformance.ts imports only the core, mod.ts and adapter.ts",
  ]],
  ["adapter_imports_adapter", [
    "adapters/file/mod.ts imports adapters/memory/mod.ts: the file adapter imports only its own files, mod.ts and " +
    "adapter.ts",
  ]],
  ["adapter_imports_core", [
    "adapters/memory/mod.ts imports src/a.ts: the memory adapter imports only its own files, mod.ts and adapter.ts",
  ]],
  ["adapter_imports_nats", [
    "adapters/memory/mod.ts imports @nats-io/jetstream: the memory adapter imports only its own files, mod.ts and " +
    "adapter.ts",
  ]],
  ["jetstream_imports_transport", [
    "adapters/jetstream/mod.ts imports @nats-io/transport-node: the jetstream adapter imports only its own files, " +
    "mod.ts, adapter.ts and @nats-io/jetstream",
  ]],
];

for (const [folder, flaws] of fixtures) {
  Deno.test(`fixture ${folder}: ${flaws.length === 0 ? "no flaw" : "one flaw"}`, async () => {
    assertEquals(await findFlaws(new URL(`fixtures/${folder}/`, import.meta.url)), flaws);
  });
}

Deno.test("every fixture is in the table", async () => {
  const folders = await Array.fromAsync(Deno.readDir(new URL("fixtures/", import.meta.url)), ({ name }) => name);
  assertEquals(folders.sort(), fixtures.map(([folder]) => folder).sort());
});

const arrows: [from: string, to: string, allowed: boolean, because: string][] = [
  ["tests/a_test.ts", "src/a.ts", true, "tests look anywhere"],
  ["examples/flights/main.ts", "mod.ts", true, "examples stand on top"],
  ["bench/main.ts", "npm:mitata", true, "so do benches"],
  ["src/a.ts", "examples/flights/main.ts", false, "nothing imports an example"],
  ["mod.ts", "bench/main.ts", false, "nothing imports a bench"],
  ["mod.ts", "adapter.ts", false, "entry points stand side by side"],
  ["adapters/memory/mod.ts", "adapters/memory_extra/mod.ts", false, "a longer name is another adapter"],
  ["adapters/jetstream/log.ts", "@nats-io/jetstream", true, "that is what it is for"],
  ["adapters/jetstream/log.ts", "@nats-io/jetstream/internal", false, "internals are not for us"],
];

Deno.test("arrows, one by one", async (t) => {
  for (const [from, to, allowed, because] of arrows) {
    await t.step(`${from} ${allowed ? "may" : "may not"} import ${to}: ${because}`, () => {
      assertEquals(arrowFlaw({ from, to }) === undefined, allowed);
    });
  }
});

const texts: [text: string, flawed: boolean, because: string][] = [
  ["const now = Deno.now;", true, "it is the global"],
  ["const { now } = globalThis.Deno;", true, "it is the global all the same"],
  ["// Deno.now is not used", false, "it is a comment"],
  ["/** Runs on Deno. */", false, "it is a comment"],
  [`const url = "http://a"; Deno.now;`, true, "slashes in a string start no comment"],
  ["const isDenocke = 1;", false, "it is part of another word"],
  ["const module = await import(name);", true, "the name is known only at run time"],
  ["const module = await import(`./${name}.ts`);", true, "so is a template"],
  [`const module = await import("./a.ts");`, false, "the arrow can be read"],
  ["export * from './a.ts';", false, "it is no entry point"],
];

Deno.test("texts of src/, one by one", async (t) => {
  for (const [text, flawed, because] of texts) {
    await t.step(`${text} ${flawed ? "is a flaw" : "is well"}: ${because}`, () => {
      assertEquals(textFlaws("src/a.ts", text).length > 0, flawed);
    });
  }
});
