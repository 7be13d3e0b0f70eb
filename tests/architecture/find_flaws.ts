import { arrowFlaw, textFlaws } from "./layers.ts";
import { listSources, readArrows } from "./read_arrows.ts";

/** Everything below `root` that breaks a rule of the architecture, as sentences. */
export async function findFlaws(root: URL): Promise<string[]> {
  const files = await listLayeredFiles(root);
  const arrows = await readArrows(root, files);
  const texts = await Promise.all(
    files.map(async (file) => textFlaws(file, await Deno.readTextFile(new URL(file, root)))),
  );
  return [...arrows.flatMap((arrow) => arrowFlaw(arrow) ?? []), ...texts.flat()];
}

/** The files that layers are made of. */
export async function listLayeredFiles(root: URL): Promise<string[]> {
  const top = await Array.fromAsync(Deno.readDir(root));
  const entryPoints = top.filter(({ name, isFile }) => isFile && name.endsWith(".ts")).map(({ name }) => name);
  const folders = top.filter(({ name }) => name === "src" || name === "adapters").map(({ name }) => `${name}/`);
  const sources = await Promise.all(folders.map((folder) => listSources(root, folder)));
  return [...entryPoints, ...sources.flat()];
}
