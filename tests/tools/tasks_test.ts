import { assertEquals, assertStringIncludes } from "@std/assert";
import { inRoot } from "../../tools/root.ts";

/** Runs a task in a folder. No task may need JSR here. */
async function runTask(cwd: string, ...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const env = { NO_COLOR: "1", AETHER_JSR: "off" };
  const options: Deno.CommandOptions = { args: ["task", "--quiet", ...args], cwd, env, stdin: "null" };
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), options).output();
  const [output, errors] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { code, stdout: output!, stderr: errors!.replace(/^packages: .*\n/, "") };
}

/** Creates a folder with links to the files of this clone. */
async function linkClone(folder: string): Promise<void> {
  await Deno.mkdir(folder);
  for await (const { name } of Deno.readDir(inRoot("."))) {
    // The tasks write this file.
    if (name === "deno.offline.json" || name.startsWith(".")) continue;
    await Deno.symlink(inRoot(name), `${folder}/${name}`);
  }
}

for (const task of ["demo", "booking", "cluster"]) {
  Deno.test(`deno task ${task} runs in a clone whose path has a space`, async () => {
    const folder = await Deno.makeTempDir();
    try {
      await linkClone(`${folder}/my clone`);
      const { code, stdout, stderr } = await runTask(`${folder}/my clone`, task, "--help");
      assertEquals([code, stderr], [0, ""]);
      assertStringIncludes(stdout, `Usage: deno task ${task}`);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

for (const seeds of ["abc", "0", "-1", "1.5", "1000000", "1 2"]) {
  Deno.test(`deno task simulate refuses "${seeds}" before it runs a test`, async () => {
    const message = `Cannot run ${seeds} seeds: pass a number from 1 to 999999\n`;
    assertEquals(await runTask(inRoot("."), "simulate", seeds), { code: 1, stdout: "", stderr: message });
  });
}
