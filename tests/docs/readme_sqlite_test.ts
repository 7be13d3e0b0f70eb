import { assertEquals, assertStringIncludes } from "@std/assert";
import { inRoot, ROOT } from "../../tools/root.ts";
import { codeBlocks } from "./code_blocks.ts";
import { DENO, isObtained, OLDEST_NODE, runProgram, type Runtime, RUNTIMES } from "./runtimes.ts";

const module = new URL("adapters/sqlite/mod.ts", ROOT).href;
const readme = Deno.readTextFileSync(inRoot("README.md"));
const sections = readme.slice(0, readme.indexOf("And on NATS JetStream"));
const [block] = codeBlocks(sections, { "@flowmade-one/aether/sqlite": module }, "ts ignore");

/** A program that appends an event and kills itself before it closes the backend. */
const KILLED = `
import process from "node:process";
import { sqlite } from "${module}";
const store = (await sqlite({ path: "orders.db" })).store("prod.orders");
await store.append("order.42", [{ type: "Noted", data: {} }], { expectedVersion: "any" });
process.kill(process.pid, "SIGKILL");
`;

/** Adds the permissions of the README to Deno. */
function withPermissions(runtime: Runtime): Runtime {
  if (runtime !== DENO) return runtime;
  return { ...DENO, run: ["run", "--no-prompt", "--allow-read=orders.db", "--allow-write=orders.db"] };
}

Deno.test("the second block of README.md opens a SQLite file", () => {
  assertStringIncludes(block!, `sqlite({ path: "orders.db" })`);
});

Deno.test("docs/operating-on-sqlite.md names the oldest tested Node.js", () => {
  assertStringIncludes(Deno.readTextFileSync(inRoot("docs/operating-on-sqlite.md")), `${OLDEST_NODE.name} or`);
});

for (const runtime of [...RUNTIMES, OLDEST_NODE]) {
  const ignore = !await isObtained(runtime);
  Deno.test({
    name: `events of the second block of README.md survive a restart and a kill on ${runtime.name}`,
    ignore,
    fn: async () => {
      const folder = await Deno.makeTempDir({ prefix: "aether-readme-" });
      await Deno.writeTextFile(`${folder}/block.mts`, block!);
      await Deno.writeTextFile(`${folder}/killed.mts`, KILLED);
      const run = () => runProgram(withPermissions(runtime), "block.mts", folder);
      assertEquals(await run(), { code: 0, stdout: "1\n", stderr: "" });
      const killed = runtime === DENO ? { ...DENO, run: ["run", "-A"] } : runtime;
      await runProgram(killed, "killed.mts", folder);
      assertEquals(await run(), { code: 0, stdout: "3\n", stderr: "" });
      await Deno.remove(folder, { recursive: true });
    },
  });
}
