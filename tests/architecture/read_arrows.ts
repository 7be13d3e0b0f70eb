import type { Arrow } from "./layers.ts";

/** The part of `deno info --json` that is used here. */
interface ModuleGraph {
  readonly modules: readonly {
    readonly specifier: string;
    readonly dependencies?: readonly {
      readonly specifier: string;
      readonly code?: { readonly specifier?: string };
      readonly type?: { readonly specifier?: string };
    }[];
  }[];
}

/**
 * Reads every import of `files` (paths below `root`) and of what they import below `root`: static and dynamic ones,
 * re-exports, and those of types alone. Nothing is downloaded, and names of packages stay as the sources write them.
 */
export async function readArrows(root: URL, files: readonly string[]): Promise<Arrow[]> {
  const { modules } = await moduleGraph(root, files);
  return modules.filter(({ specifier }) => specifier.startsWith(root.href)).flatMap((module) =>
    (module.dependencies ?? []).map(({ specifier, code, type }) => ({
      from: relative(root, module.specifier),
      to: relative(root, code?.specifier ?? type?.specifier ?? specifier),
    }))
  );
}

/** Every TypeScript file in `folder` and below, as paths below `root`. */
export async function listSources(root: URL, folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(new URL(folder, root))) {
    const path = `${folder}${name}`;
    if (isDirectory) found.push(...await listSources(root, `${path}/`));
    else if (/\.[mc]?[tj]sx?$/.test(name)) found.push(path);
  }
  return found.sort();
}

/** `deno info` takes one file, so a temporary one imports them all. */
async function moduleGraph(root: URL, files: readonly string[]): Promise<ModuleGraph> {
  const all = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    await Deno.writeTextFile(all, files.map((file) => `import "${new URL(file, root).href}";\n`).join(""));
    const command = new Deno.Command(Deno.execPath(), {
      args: ["info", "--json", "--no-config", "--no-lock", "--no-remote", "--no-npm", all],
    });
    const { success, stdout, stderr } = await command.output();
    const text = new TextDecoder();
    if (!success) throw new Error(`Cannot read the imports below ${root.href}: ${text.decode(stderr)}`);
    return JSON.parse(text.decode(stdout));
  } finally {
    await Deno.remove(all);
  }
}

function relative(root: URL, specifier: string): string {
  return specifier.startsWith(root.href) ? specifier.slice(root.href.length) : specifier;
}
