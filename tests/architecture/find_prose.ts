/** One piece of prose: a comment, a paragraph of Markdown or the name of a test. */
export interface Prose {
  /** The line on which it begins, from 1. */
  readonly line: number;
  readonly words: string;
  /** Whether it is the name of a test. */
  readonly isTestName?: true;
}

/** Code before the name of a test: a call that registers it, or the property of a case. */
const NAMES_A_TEST = /(?:\btest|\btestOnServer|\btestSeeds|\bstep)\(\s*$|\bname:\s*$/;

/** Characters before a string that decide whether it is the name of a test. */
const LOOK_BEHIND = 60;

/** The comments of a TypeScript source, and the names of its tests. Code blocks inside of docstrings are left out. */
export function proseOfSource(source: string): Prose[] {
  const found: Prose[] = [];
  // A string, a template and a regular expression may contain "//": they are matched first and dropped.
  const tokens =
    /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`|\/\*[\s\S]*?\*\/|(?:^[ \t]*\/\/.*\n?)+|\/\/.*/gm;
  for (const { 0: token, index } of source.matchAll(tokens)) {
    if (!token.trimStart().startsWith("/")) {
      if (NAMES_A_TEST.test(source.slice(Math.max(0, index - LOOK_BEHIND), index)) && token.includes(" ")) {
        found.push({ line: lineAt(source, index), words: nameOf(token), isTestName: true });
      }
      continue;
    }
    const lines = token.split("\n").map((line) =>
      line.replace(/^\s*(?:\/\*\*?|\*\/|\*|\/\/)?/, "").replace(/\*\/\s*$/, "")
    );
    found.push(...paragraphs(lines, lineAt(source, index)));
  }
  return found;
}

/** The paragraphs of Markdown. Code blocks are left out. */
export function proseOfMarkdown(source: string): Prose[] {
  return paragraphs(source.split("\n"), 1);
}

/** Splits at empty lines, list items, table cells and tags; drops fenced code, inline code and link targets. */
function paragraphs(lines: readonly string[], firstLine: number): Prose[] {
  const found: { line: number; words: string }[] = [];
  let isCode = false;
  let isOpen = false;
  for (const [i, raw] of lines.entries()) {
    const line = raw.trim();
    if (line.startsWith("```")) isCode = !isCode;
    if (isCode || line.startsWith("```") || line === "") {
      isOpen = false;
      continue;
    }
    const cells = line.startsWith("|") ? line.split("|") : [line];
    for (const cell of cells) {
      const words = cell.trim();
      const isNew = !isOpen || cells.length > 1 || /^(?:[-*#>]|\d+\.|@|deno-)/.test(words);
      if (isNew) found.push({ line: firstLine + i, words });
      else found[found.length - 1]!.words += ` ${words}`;
      isOpen = cells.length === 1;
    }
  }
  return found.map(({ line, words }) => ({ line, words: withoutCode(words) })).filter(({ words }) => words !== "");
}

/** The name of a test; the values in a template are code. */
function nameOf(token: string): string {
  return token.slice(1, -1).replace(/\$\{[^}]*\}/g, "`code`");
}

/** Quoted strings and code are the program's words, not ours. */
function withoutCode(words: string): string {
  return words
    .replace(/`[^`]*`/g, "`code`")
    .replace(/"[^"]*"/g, '"quoted"')
    .replace(/\{@link [^}]*\}/g, "`code`")
    .replace(/\]\([^)]*\)/g, "]")
    .replace(
      /^@(?:param|returns|throws|example|typeParam)\s*(?:\{[^}]*\})?\s*(?:[A-Za-z_$][\w$.]*\s+)?(?=If\b|[A-Z])/,
      "",
    )
    .replace(/^(?:[-*#>]+|\d+\.)\s+/, "")
    .trim();
}

function lineAt(source: string, index: number): number {
  return source.slice(0, index).split("\n").length;
}
