import { assertEquals } from "@std/assert";
import { inRoot, ROOT } from "../../tools/root.ts";
import { denoArguments } from "../_support/deno.ts";
import { testOnServer } from "../jetstream/_support/test_server.ts";
import { codeBlocks } from "./code_blocks.ts";
import { DENO, isObtained, runProgram, RUNTIMES } from "./runtimes.ts";

const modules = {
  "@flowmade-one/aether/sqlite": new URL("adapters/sqlite/mod.ts", ROOT).href,
  "@flowmade-one/aether/jetstream": new URL("adapters/jetstream/mod.ts", ROOT).href,
  "@nats-io/transport-node": "npm:@nats-io/transport-node@3.4.0",
};
const guide = Deno.readTextFileSync(inRoot("docs/getting-started.md"));
const [onSqlite, onNats] = codeBlocks(guide, modules, "ts ignore");

for (const runtime of RUNTIMES) {
  const ignore = !await isObtained(runtime);
  Deno.test({
    name: `the SQLite block of docs/getting-started.md finds its events after a restart on ${runtime.name}`,
    ignore,
    fn: async () => {
      const folder = await Deno.makeTempDir({ prefix: "aether-getting-started-" });
      await Deno.writeTextFile(`${folder}/block.mts`, onSqlite!);
      const withPermissions = runtime === DENO ? { ...DENO, run: ["run", "-A"] } : runtime;
      for (const version of [1, 2]) {
        const result = await runProgram(withPermissions, "block.mts", folder);
        assertEquals(result, { code: 0, stdout: `${version}\n`, stderr: "" });
      }
      await Deno.remove(folder, { recursive: true });
    },
  });
}

await testOnServer("the NATS block of docs/getting-started.md finds its events after a restart", async ({ server }) => {
  const folder = await Deno.makeTempDir({ prefix: "aether-getting-started-" });
  await Deno.writeTextFile(`${folder}/block.mts`, onNats!.replace("127.0.0.1:4222", server.url));
  for (const version of [1, 2]) {
    const result = await runProgram({ ...DENO, run: denoArguments(["run", "-A"]) }, "block.mts", folder);
    assertEquals(result, { code: 0, stdout: `${version}\n`, stderr: "" });
  }
  await Deno.remove(folder, { recursive: true });
});
