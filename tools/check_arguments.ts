import { inRoot } from "./root.ts";

/** Where Markdown with examples stands, besides the top folder. */
const MARKDOWN_FOLDERS = ["docs", "examples"];

/** `deno check` for all there is. It finds TypeScript by itself; Markdown has to be named file by file. */
export function checkArguments(): [string, ...string[]] {
  const folders = MARKDOWN_FOLDERS.flatMap((folder) => listMarkdown(folder, true));
  return ["check", "--quiet", "--doc", ".", ...listMarkdown(".", false), ...folders];
}

function listMarkdown(folder: string, deep: boolean): string[] {
  return listIfThere(folder).flatMap(({ name, isDirectory }) => {
    const path = `${folder}/${name}`;
    if (isDirectory) return deep ? listMarkdown(path, true) : [];
    return name.endsWith(".md") ? [path] : [];
  }).sort();
}

function listIfThere(folder: string): Deno.DirEntry[] {
  try {
    return [...Deno.readDirSync(inRoot(folder))];
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
