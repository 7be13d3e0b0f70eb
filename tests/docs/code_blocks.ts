/**
 * The TypeScript blocks of a Markdown file that are meant to run: those fenced by `ts` alone.
 *
 * @param text The file's content.
 * @param modules The URL or path of the module behind each import specifier of the package.
 */
export function codeBlocks(text: string, modules: Readonly<Record<string, string>>): string[] {
  return [...text.matchAll(/^```ts\n(.*?)^```/gms)].map(([, code]) =>
    code!.replace(/\b(from |import |import\()"([^"]+)"/g, (_, before, specifier) => {
      const module = modules[specifier];
      if (module === undefined) throw new Error(`Cannot run the block: it imports "${specifier}"`);
      return `${before}"${module}"`;
    })
  );
}
