import { assertEquals } from "@std/assert";
import { existsSync } from "node:fs";
import { offlineConfig } from "../../tools/packages.ts";
import { inRoot } from "../../tools/root.ts";

const config = JSON.parse(await Deno.readTextFile(inRoot("deno.json")));
const imports: [name: string, specifier: string][] = Object.entries(config.imports);

Deno.test("deno.json takes @nats-io/jetstream, @std/assert and @std/testing from JSR", () => {
  const fromJsr = ["@nats-io/jetstream", "@std/assert", "@std/testing"];
  assertEquals(
    fromJsr.map((name) => config.imports[name].replace(/@\^[\d.]+$/, "")),
    fromJsr.map((name) => `jsr:${name}`),
  );
});

Deno.test("deno.json pins the versions of npm packages, because the project has no lock file", () => {
  const npm = imports.filter(([, specifier]) => specifier.startsWith("npm:"));
  assertEquals(npm.filter(([, specifier]) => !/@\d+\.\d+\.\d+$/.test(specifier)), []);
});

Deno.test("offlineConfig() changes only imports, and replaces each package of JSR", () => {
  const { imports: replaced, ...rest } = offlineConfig(config);
  const { imports: _, ...expected } = config;
  assertEquals(rest, expected);
  assertEquals(replaced["@nats-io/jetstream"], "npm:@nats-io/jetstream@3.4.0");
  const replacements = Object.entries(replaced).filter(([, specifier]) => !specifier.startsWith("jsr:"));
  const missing = imports.filter(([name]) => !replacements.some(([other]) => `${other}/`.startsWith(`${name}/`)));
  assertEquals(missing, []);
});

const tasks: Record<string, { command: string }> = config.tasks;
const words = (task: string): string[] => tasks[task]!.command.split(/ +/);

Deno.test("either deno test or one task of deno.json runs each directory of tests/", () => {
  // The tasks test:faults and test:mutants run the directories named faults.
  const excluded = (config.test.include as string[]).filter((path) => path.startsWith("!") && !path.endsWith("/faults"))
    .map((path) => path.slice(1));
  const ofTasks = ["test", "test:examples"].flatMap(words).filter((word) => /^tests\/[^/.]+$/.test(word));
  assertEquals([...new Set(ofTasks)].sort(), excluded.filter((path) => existsSync(inRoot(path))).sort());
});

Deno.test("deno task test runs the tests of the core without permissions", () => {
  const [, first] = tasks.test!.command.split(" && ");
  assertEquals(first, "deno test -q --no-check --no-prompt --parallel --config $C");
});

Deno.test("deno task lint checks the documentation of each entry point, which the package includes", () => {
  const globs = words("lint").filter((word) => word.endsWith(".ts")).map((glob) =>
    new RegExp(`^\\./${glob.replaceAll(".", "\\.").replaceAll("*", "[^/]+")}$`)
  );
  for (const path of Object.values<string>(config.exports)) {
    assertEquals(globs.filter((glob) => glob.test(path)).length, 1, path);
    const included = (config.publish.include as string[]).some((entry) => `${path}/`.startsWith(`./${entry}/`));
    assertEquals(included, true, path);
  }
});
