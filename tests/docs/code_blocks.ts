/**
 * The TypeScript blocks of a Markdown file.
 *
 * @param text The file's content.
 * @param modules The URL or path of the module behind each import specifier of the package.
 * @param fence `ts` for the blocks that run without permissions, `ts ignore` for the others.
 */
export function codeBlocks(
  text: string,
  modules: Readonly<Record<string, string>>,
  fence: "ts" | "ts ignore" = "ts",
): string[] {
  return [...text.matchAll(new RegExp(`^\`\`\`${fence}\\n(.*?)^\`\`\``, "gms"))].map(([, code]) =>
    code!.replace(/\b(from |import |import\()"([^"]+)"/g, (_, before, specifier) => {
      const module = modules[specifier];
      if (module === undefined) throw new Error(`Cannot run the block: it imports "${specifier}"`);
      return `${before}"${module}"`;
    })
  );
}
