import { assert, assertEquals } from "@std/assert";
import { existsSync } from "node:fs";
import { posix } from "node:path";
import { brokenLinks, isPublished } from "./links.ts";
import { inRoot } from "../../tools/root.ts";

const { include }: { include: string[] } = JSON.parse(Deno.readTextFileSync(inRoot("deno.json"))).publish;

/** The published Markdown files, as paths from the root. */
function markdownFiles(paths: readonly string[]): string[] {
  return paths.flatMap((path) => {
    if (!Deno.statSync(inRoot(path)).isDirectory) return path.endsWith(".md") ? [path] : [];
    return markdownFiles([...Deno.readDirSync(inRoot(path))].map(({ name }) => posix.join(path, name)));
  });
}

const project = {
  exists: (path: string) => existsSync(inRoot(path)),
  read: (path: string) => Deno.readTextFileSync(inRoot(path)),
  include,
};

for (const file of markdownFiles(include)) {
  Deno.test(`every relative link of ${file} leads to a published file`, () => {
    assertEquals(brokenLinks(file, project), []);
  });
}

Deno.test("README.md is published and has relative links", () => {
  assert(isPublished("README.md", include));
  assert(/\]\((docs|examples)\//.test(project.read("README.md")));
});

const sources: Readonly<Record<string, string>> = {
  "docs/a.md": "# A title: with `code`\n\n## Second\n",
  "bench/b.ts": "",
  "README.md": "",
};
const links: [markdown: string, problem: string | undefined][] = [
  ["[a](docs/a.md)", undefined],
  ["[a](docs)", undefined],
  ["[a](docs/)", undefined],
  ["[a](https://example.com/missing.md)", undefined],
  ["[![image](docs/a.md)](docs/a.md)", undefined],
  ["[a](docs/a.md#second)", undefined],
  ["[a](docs/a.md#a-title-with-code)", undefined],
  ["# Here\n\n[a](#here)", undefined],
  ["```md\n[a](missing.md)\n```", undefined],
  ["[a](docs/a.md#third)", "docs/a.md#third: no such heading"],
  ["[a](#third)", "#third: no such heading"],
  ["[a](docs/missing.md)", "docs/missing.md: no such file"],
  ["[![image](missing.svg)](docs/a.md)", "missing.svg: no such file"],
  ["[a](bench/b.ts)", "bench/b.ts: not published"],
  ["[a](../outside.md)", "../outside.md: no such file"],
];
for (const [markdown, problem] of links) {
  Deno.test(`brokenLinks() ${problem === undefined ? "accepts" : "reports"} ${JSON.stringify(markdown)}`, () => {
    const files = {
      exists: (path: string) => Object.keys(sources).some((file) => `${file}/`.startsWith(`${path}/`)),
      read: (path: string) => path === "README.md" ? markdown : sources[path]!,
      include: ["docs", "README.md"],
    };
    assertEquals(brokenLinks("README.md", files), problem === undefined ? [] : [problem]);
  });
}
