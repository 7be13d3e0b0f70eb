import { assert, assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { inRoot, ROOT } from "../../tools/root.ts";
import { codeBlocks } from "./code_blocks.ts";
import { DENO, isObtained, runProgram, type Runtime, RUNTIMES } from "./runtimes.ts";

const config = JSON.parse(Deno.readTextFileSync(inRoot("deno.json")));
const modules = Object.fromEntries(
  Object.entries<string>(config.exports).map(([name, path]) => [
    name.replace(".", config.name),
    new URL(path, ROOT).href,
  ]),
);
const readme = Deno.readTextFileSync(inRoot("README.md"));
const blocks = codeBlocks(readme, modules);

/** A program that waits for new events of a log, to which nothing is appended. */
const WAITING = `
import { memory } from "${modules["@flowmade-one/aether/memory"]}";
const store = memory().store("orders");
await store.append("order.42", [{ type: "Placed", data: {} }], { expectedVersion: 0 });
for await (const event of store.subscribe()) console.log(event.version);
`;

const folder = Deno.makeTempDirSync({ prefix: "aether-readme-" });
Deno.test.afterAll(() => Deno.remove(folder, { recursive: true }));

/** Writes a program and returns its path. The extension `.mts` makes it an ES module without a package.json. */
function write(name: string, code: string): string {
  const path = `${folder}/${name}.mts`;
  Deno.writeTextFileSync(path, code);
  return path;
}

/** Removes the quotes, commas and white space of an output, in which runtimes differ. */
function withoutStyle(output: string): string {
  return output.replace(/[\s"',]/g, "");
}

Deno.test("README.md names the tested runtimes", () => {
  const names = RUNTIMES.map(({ name }) => name).join(", ").replace(", Node.js 24, ", " and 24, and ");
  assertStringIncludes(readme.replace(/\s+/g, " "), `runs on ${names}`);
});

Deno.test("block 1 of README.md prints the state and the events of its actor", async () => {
  const { code, stdout, stderr } = await runProgram(DENO, write("first", blocks[0]!));
  assertEquals([code, stderr], [0, ""]);
  assert(withoutStyle(stdout).startsWith("2shipped1Placed{sku:A}"), stdout);
});

for (const runtime of RUNTIMES) {
  const ignore = !await isObtained(runtime);
  for (const [i, block] of blocks.entries()) {
    Deno.test({
      name: `block ${i + 1} of README.md prints the same output on ${runtime.name} as on Deno`,
      ignore,
      fn: async () => {
        const path = write(`block_${i + 1}`, block);
        const { code, stdout, stderr } = await runProgram(runtime, path);
        assertEquals([code, stderr], [0, ""]);
        assertEquals(withoutStyle(stdout), withoutStyle((await runProgram(DENO, path)).stdout));
      },
    });
  }

  if (runtime.deadlockExitCode === undefined) continue;
  Deno.test({
    name: `${runtime.name} ends a program that only waits for events in memory, with code ${runtime.deadlockExitCode}`,
    ignore,
    fn: async () => {
      const { code, stdout } = await runProgram(runtime, write("waiting", WAITING));
      assertEquals([code, stdout], [runtime.deadlockExitCode, "1\n"]);
    },
  });
}

const pages: [markdown: string, blocks: string[]][] = [
  ["no block", []],
  ["```ts\na\n```\n\n```ts\nb\nc\n```\n", ["a\n", "b\nc\n"]],
  ["```ts ignore\na\n```\n```sh\nb\n```\n", []],
  ['```ts\nimport { a } from "pkg";\nawait import("pkg/b");\n```', [
    'import { a } from "file:///a";\nawait import("file:///b");\n',
  ]],
];
for (const [markdown, expected] of pages) {
  Deno.test(`codeBlocks() of ${JSON.stringify(markdown)}`, () => {
    assertEquals(codeBlocks(markdown, { pkg: "file:///a", "pkg/b": "file:///b" }), expected);
  });
}

Deno.test("codeBlocks() rejects an import of another package", () => {
  assertThrows(() => codeBlocks('```ts\nimport "other";\n```', {}), Error, '"other"');
});

const missing: [problem: string, runtime: Runtime][] = [
  ["there is no such program", { ...DENO, command: ["no-such-program"] }],
  ["its version is", { ...DENO, version: /^deno 1\./ }],
  ["unexpected argument", { ...DENO, command: [Deno.execPath(), "--no-such-flag"] }],
];
for (const [problem, runtime] of missing) {
  Deno.test(`isObtained() returns false for a missing runtime, and rejects if it is required: ${problem}`, async () => {
    assertEquals(await isObtained(runtime, false), false);
    await assertRejects(() => isObtained(runtime, true), Error, problem);
  });
}
