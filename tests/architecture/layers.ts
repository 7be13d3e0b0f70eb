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
 * Imports point only downwards. Every TypeScript file of the root directory is an entry point. A file belongs to the first layer that matches. Tests, examples, benches and tools belong
 * to no layer: they may import any file, and no layer may import them.
 */
const LAYERS: readonly Layer[] = [
  {
    files: /^src\//,
    mayImport: /^src\//,
    rule: "the core imports only the core",
  },
  {
    files: /^[a-z]+\.ts$/,
    mayImport: /^src\//,
    rule: "an entry point imports only the core",
  },
  {
    files: /^conformance\//,
    mayImport: /^(conformance\/.+|src\/.+|[a-z]+\.ts)$/,
    rule: "the conformance kit imports only its own files, the core and entry points",
  },
  {
    files: /^adapters\/jetstream\//,
    mayImport: /^(adapters\/jetstream\/.+|[a-z]+\.ts|@nats-io\/jetstream)$/,
    rule: "the jetstream adapter imports only its own files, entry points and @nats-io/jetstream",
  },
  {
    files: /^adapters\/sqlite\//,
    mayImport: /^(adapters\/sqlite\/.+|[a-z]+\.ts|node:(buffer|fs|path|sqlite|url))$/,
    rule:
      "the sqlite adapter imports only its own files, entry points, node:sqlite, node:buffer, node:fs, node:path and node:url",
  },
];

/** Entry points. Their exports are the names of the package, and each is listed. */
const ENTRY_POINT = /^([a-z]+|(conformance|adapters\/[^/]+)\/mod)\.ts$/;

/** The rule that an import breaks, as a sentence; `undefined` if it points downwards. */
export function importViolation({ from, to }: Arrow): string | undefined {
  const layer = LAYERS.find(({ files }) => files.test(from)) ?? adapterLayer(from);
  if (layer === undefined || layer.mayImport.test(to)) return undefined;
  return `${from} imports ${to}: ${layer.rule}`;
}

/** The rules that the source of a file breaks, whichever files it imports, as sentences. */
export function sourceViolations(path: string, source: string): string[] {
  const code = withoutComments(source);
  const violations: string[] = [];
  if (path.startsWith("src/") && /\bDeno\b/.test(code)) {
    violations.push(`${path} uses Deno: the core runs wherever JavaScript does`);
  }
  if (/\bimport\s*\(\s*[^"'\s]/.test(code)) {
    violations.push(`${path} imports a module whose name is known only at run time: this check cannot read it`);
  }
  if (/\busing\s+\w+\s*=/.test(code)) {
    violations.push(`${path} declares a variable by \`using\`: Node.js 22 cannot parse it`);
  }
  if (ENTRY_POINT.test(path) && /^\s*export\s*\*/m.test(code)) {
    violations.push(`${path} has "export *": an entry point lists its names`);
  }
  return violations;
}

/** An adapter has no dependency and imports no other adapter. */
function adapterLayer(from: string): Layer | undefined {
  const name = /^adapters\/([^/]+)\//.exec(from)?.[1];
  if (name === undefined) return undefined;
  return {
    files: /^adapters\//,
    mayImport: new RegExp(`^(adapters/${name}/.+|[a-z]+\\.ts)$`),
    rule: `the ${name} adapter imports only its own files and entry points`,
  };
}

/** Strings are matched and kept, because `"https://..."` contains no comment. */
const STRING_OR_COMMENT = /("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g;

function withoutComments(source: string): string {
  return source.replace(STRING_OR_COMMENT, (_, string: string | undefined) => string ?? "");
}
