import { importViolation, sourceViolations } from "./layers.ts";
import { listSources, readArrows } from "./read_arrows.ts";

/** Top-level directories whose files belong to a layer. */
const LAYERED = ["src", "adapters", "conformance"];

/** Each import and each source below `root` that breaks a rule of the architecture, as sentences. */
export async function findViolations(root: URL): Promise<string[]> {
  const files = await listLayeredFiles(root);
  const arrows = await readArrows(root, files);
  const inSources = await Promise.all(
    files.map(async (file) => sourceViolations(file, await Deno.readTextFile(new URL(file, root)))),
  );
  return [...arrows.flatMap((arrow) => importViolation(arrow) ?? []), ...inSources.flat()];
}

/** The files that belong to a layer. */
export async function listLayeredFiles(root: URL): Promise<string[]> {
  const top = await Array.fromAsync(Deno.readDir(root));
  const entryPoints = top.filter(({ name, isFile }) => isFile && name.endsWith(".ts")).map(({ name }) => name);
  const folders = top.filter(({ name }) => LAYERED.includes(name)).map(({ name }) => `${name}/`);
  const sources = await Promise.all(folders.map((folder) => listSources(root, folder)));
  return [...entryPoints, ...sources.flat()];
}
