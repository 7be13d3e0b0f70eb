/**
 * Finds the TypeScript blocks of a Markdown file, and replaces their import specifiers.
 *
 * @param markdown The content of the file.
 * @param modules The URL or path of a module for each import specifier.
 * @param fence `ts` for blocks that run without permissions, `ts ignore` for all others.
 * @throws {Error} If a block imports a specifier that `modules` does not have.
 */
export function codeBlocks(
  markdown: string,
  modules: Readonly<Record<string, string>>,
  fence: "ts" | "ts ignore" = "ts",
): string[] {
  return [...markdown.matchAll(new RegExp(`^\`\`\`${fence}\\n(.*?)^\`\`\``, "gms"))].map(([, code]) =>
    code!.replace(/\b(from |import |import\()"([^"]+)"/g, (_, before, specifier) => {
      const module = modules[specifier];
      if (module === undefined) throw new Error(`Cannot run the block: it imports "${specifier}". Add it to modules`);
      return `${before}"${module}"`;
    })
  );
}
