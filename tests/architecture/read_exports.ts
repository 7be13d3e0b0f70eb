/** The names that an entry point lists in its `export { ... } from` statements, in their order. */
export function readExports(source: string): string[] {
  const code = source.replace(/\/\*[\s\S]*?\*\//g, "");
  return [...code.matchAll(/^export (?:type )?\{([^}]*)\} from /gm)].flatMap(([, list]) =>
    list!.split(",").map((name) => name.trim().replace(/^type /, "").replace(/^.* as /, "")).filter((name) =>
      name !== ""
    )
  );
}
