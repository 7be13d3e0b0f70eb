import { assert, assertEquals } from "@std/assert";
import { findFlagged } from "./find_flagged.ts";
import { type Prose, proseOfMarkdown, proseOfSource } from "./find_prose.ts";

const ROOT = new URL("../../", import.meta.url);

Deno.test("comments, Markdown and test names use plain technical English", async () => {
  const files = await listFiles("");
  assert(files.length > 500, `only ${files.length} files were read`);
  const flagged: string[] = [];
  for (const file of files) {
    const source = await Deno.readTextFile(new URL(file, ROOT));
    for (const { line, words, isTestName } of file.endsWith(".md") ? proseOfMarkdown(source) : proseOfSource(source)) {
      for (const { instead } of findFlagged(words, isTestName)) {
        flagged.push(`${file}:${line}: "${words}". Write: ${instead}`);
      }
    }
  }
  assert(flagged.length === 0, `${flagged.length} pieces of prose to rewrite:\n${flagged.slice(0, 40).join("\n")}`);
});

const sentences: [words: string, isFlagged: boolean][] = [
  ["A mutex per key. Waiters acquire it in FIFO order.", false],
  ["Every 256th commit triggers a purge.", false],
  ["Whoever stores each so manieth commit trims.", true],
  ["The listener is told of each use.", true],
  ["The listener is called for each use.", false],
  ["Checks that a text has the form of a position.", true],
  ["Checks that a string has the form of a position.", false],
  ["The body is plain text.", false],
  ["What is left is read. The rest is not.", true],
  ["The rest is read. What is left is not.", true],
  ["What does an append cost?", false],
  ["So a read is a slice.", true],
  ["So far, three servers were tried.", false],
  ["Of one actor, the last commit counts.", true],
  ["The last commit of one actor counts.", false],
  ["A stream that was taken back to an older copy.", true],
  ["A stream that was restored from an older backup.", false],
  ["Nobody waits for it.", true],
  ["No caller waits for it.", false],
];

for (const [words, isFlagged] of sentences) {
  Deno.test(`findFlagged() ${isFlagged ? "refuses" : "accepts"} "${words}"`, () => {
    assertEquals(findFlagged(words).length > 0, isFlagged);
  });
}

const testNames: [name: string, isFlagged: boolean][] = [
  ["what is stored is read", true],
  ["who waits longest is first", true],
  ["so a read is a slice", true],
  ["append() stores what decide() returned", false],
  ["whole commits expire", false],
];

for (const [name, isFlagged] of testNames) {
  Deno.test(`findFlagged() ${isFlagged ? "refuses" : "accepts"} the test name "${name}"`, () => {
    assertEquals(findFlagged(name, true).length > 0, isFlagged);
    assertEquals(findFlagged(name).length > 0, false);
  });
}

const sources: [source: string, found: Prose[]][] = [
  ["const a = 1; // One.", [{ line: 1, words: "One." }]],
  ['const a = "// no comment";', []],
  ["/**\n * One\n * two.\n *\n * Three.\n */", [{ line: 2, words: "One two." }, { line: 5, words: "Three." }]],
  ["// One\n// two.\nconst a = 1;", [{ line: 1, words: "One two." }]],
  ["/** See `whoever` and {@link nobody}. */", [{ line: 1, words: "See `code` and `code`." }]],
  ["/**\n * ```ts\n * nobody();\n * ```\n */", []],
  ['Deno.test("f() holds", () => {});', [{ line: 1, words: "f() holds", isTestName: true }]],
  ['const a = { name: "f() holds" };', [{ line: 1, words: "f() holds", isTestName: true }]],
  ['await testOnServer("f() holds", run);', [{ line: 1, words: "f() holds", isTestName: true }]],
  ['const a = { name: "f" };', []],
  ["Deno.test(`f() of ${text} holds`, () => {});", [{ line: 1, words: "f() of `code` holds", isTestName: true }]],
  ["/** @throws {TypeError} If a is b. */", [{ line: 1, words: "If a is b." }]],
];

for (const [source, found] of sources) {
  Deno.test(`proseOfSource() of ${JSON.stringify(source)}`, () => assertEquals(proseOfSource(source), found));
}

Deno.test("proseOfMarkdown() leaves out code blocks and splits list items and table cells", () => {
  const source = "# A\n\nOne\ntwo.\n\n- three\n- four\n\n```ts\nnobody\n```\n\n| a | b |\n";
  assertEquals(proseOfMarkdown(source).map(({ words }) => words), ["A", "One two.", "three", "four", "a", "b"]);
});

async function listFiles(folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(new URL(folder, ROOT))) {
    if (/^\.|^coverage$|^node_modules$/.test(name)) continue;
    if (isDirectory) found.push(...await listFiles(`${folder}${name}/`));
    else if (/\.(?:ts|md)$/.test(name)) found.push(`${folder}${name}`);
  }
  return found.sort();
}
