/** One import: both ends as paths inside the project, or `to` as the specifier that leads out of it. */
export interface Arrow {
  readonly from: string;
  readonly to: string;
}

/** The files of one layer, what they may import, and the same in words. */
interface Layer {
  readonly files: RegExp;
  readonly mayImport: RegExp;
  readonly rule: string;
}

/**
 * Imports point only downwards. The first layer that matches a file is its own. Tests, examples, benches and tools are
 * in none: they import whatever they like, and no layer lets itself import them.
 */
const LAYERS: readonly Layer[] = [
  {
    files: /^src\//,
    mayImport: /^src\//,
    rule: "the core imports only the core",
  },
  {
    files: /^(mod|adapter)\.ts$/,
    mayImport: /^src\//,
    rule: "an entry point imports only the core",
  },
  {
    files: /^conformance\.ts$/,
    mayImport: /^(src\/.+|mod\.ts|adapter\.ts)$/,
    rule: "conformance.ts imports only the core, mod.ts and adapter.ts",
  },
  {
    files: /^adapters\/jetstream\//,
    mayImport: /^(adapters\/jetstream\/.+|mod\.ts|adapter\.ts|@nats-io\/jetstream)$/,
    rule: "the jetstream adapter imports only its own files, mod.ts, adapter.ts and @nats-io/jetstream",
  },
  {
    files: /^adapters\/sqlite\//,
    mayImport: /^(adapters\/sqlite\/.+|mod\.ts|adapter\.ts|node:(buffer|fs|path|sqlite|url))$/,
    rule:
      "the sqlite adapter imports only its own files, mod.ts, adapter.ts, node:sqlite, node:buffer, node:fs, node:path and node:url",
  },
];

/** What entry points are: their exports are the package's names, so these are listed one by one. */
const ENTRY_POINT = /^([a-z]+|adapters\/[^/]+\/mod)\.ts$/;

/** What is wrong with an import, as a sentence. Undefined: nothing, it points downwards. */
export function arrowFlaw({ from, to }: Arrow): string | undefined {
  const layer = LAYERS.find(({ files }) => files.test(from)) ?? adapterLayer(from);
  if (layer === undefined || layer.mayImport.test(to)) return undefined;
  return `${from} imports ${to}: ${layer.rule}`;
}

/** What is wrong with a file's own text, whatever it imports, as sentences. */
export function textFlaws(path: string, text: string): string[] {
  const code = withoutComments(text);
  const flaws: string[] = [];
  if (path.startsWith("src/") && /\bDeno\b/.test(code)) {
    flaws.push(`${path} uses Deno: the core runs wherever JavaScript does`);
  }
  if (/\bimport\s*\(\s*[^"'\s]/.test(code)) {
    flaws.push(`${path} imports what is known only at run time: nobody can say where that arrow points`);
  }
  if (ENTRY_POINT.test(path) && /^\s*export\s*\*/m.test(code)) {
    flaws.push(`${path} has "export *": an entry point lists its names`);
  }
  return flaws;
}

/** Adapters have no dependency, and none of them knows another. */
function adapterLayer(from: string): Layer | undefined {
  const name = /^adapters\/([^/]+)\//.exec(from)?.[1];
  if (name === undefined) return undefined;
  return {
    files: /^adapters\//,
    mayImport: new RegExp(`^(adapters/${name}/.+|mod\\.ts|adapter\\.ts)$`),
    rule: `the ${name} adapter imports only its own files, mod.ts and adapter.ts`,
  };
}

/** Strings are matched too, and kept, because `"https://..."` holds no comment. */
const STRING_OR_COMMENT = /("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g;

function withoutComments(text: string): string {
  return text.replace(STRING_OR_COMMENT, (_, string: string | undefined) => string ?? "");
}
