import { assertEquals, assertStringIncludes } from "@std/assert";
import { inRoot } from "../../tools/root.ts";
import { codeBlocks } from "./code_blocks.ts";
import { DENO, isObtained, runProgram, RUNTIMES } from "./runtimes.ts";

const readme = Deno.readTextFileSync(inRoot("README.md"));
const [, config] = /^```json\n(.*?)^```/ms.exec(readme)!;
const [block] = codeBlocks(readme, {
  "@flowmade-one/aether": "../aether/mod.ts",
  "@flowmade-one/aether/memory": "../aether/adapters/memory/mod.ts",
});
/** The first block with the import specifiers of the package. */
const [, publishedBlock] = /^```ts\n(.*?)^```/ms.exec(readme)!;

/** Calls `run` with a folder beside the folder `aether`, which links to this repository. */
async function besideClone(run: (folder: string) => Promise<void>): Promise<void> {
  const parent = await Deno.makeTempDir();
  try {
    await Deno.symlink(inRoot("."), `${parent}/aether`);
    await Deno.mkdir(`${parent}/shop`);
    await run(`${parent}/shop`);
  } finally {
    await Deno.remove(parent, { recursive: true });
  }
}

Deno.test("block 1 of README.md runs on Deno in a folder beside the clone, with the deno.json of README.md", async () => {
  await besideClone(async (folder) => {
    await Deno.writeTextFile(`${folder}/deno.json`, config!);
    await Deno.writeTextFile(`${folder}/order.ts`, publishedBlock!);
    const { code, stdout, stderr } = await runProgram(DENO, "order.ts", folder);
    assertEquals([code, stderr], [0, ""]);
    assertStringIncludes(stdout, "2 shipped");
  });
});

for (const runtime of RUNTIMES) {
  Deno.test({
    name: `block 1 of README.md runs on ${runtime.name} in a folder beside the clone, with paths of files`,
    ignore: !await isObtained(runtime),
    fn: () =>
      besideClone(async (folder) => {
        await Deno.writeTextFile(`${folder}/order.ts`, block!);
        const { code, stdout } = await runProgram(runtime, "order.ts", folder);
        assertEquals(code, 0);
        assertStringIncludes(stdout, "2 shipped");
      }),
  });
}
