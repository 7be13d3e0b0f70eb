/** One entry of the apt sources of a Debian machine: a repository of packages. */
export interface AptSource {
  readonly uri: string;
  readonly suites: readonly string[];
  readonly components: readonly string[];
  /** The value of `Signed-By`, if the entry has one. */
  readonly signedBy: string | undefined;
}

/** Parses a file of sources. A file named `*.sources` has the deb822 format. Any other file has one entry per line. */
export function parseAptSources(name: string, content: string): AptSource[] {
  return name.endsWith(".sources") ? parseDeb822(content) : parseLines(content);
}

/** Makes a `.sources` file with the repository of `source`, but another suite. */
export function sourceForSuite(source: AptSource, suite: string): string {
  const lines = ["Types: deb", `URIs: ${source.uri}`, `Suites: ${suite}`, "Components: main"];
  if (source.signedBy !== undefined) lines.push(`Signed-By: ${source.signedBy}`);
  return `${lines.join("\n")}\n`;
}

function parseDeb822(content: string): AptSource[] {
  return withoutComments(content).split(/\n\s*\n/).flatMap((stanza) => {
    const fields = parseDeb822Fields(stanza);
    if (!words(fields.get("types")).includes("deb") || fields.get("enabled") === "no") return [];
    return words(fields.get("uris")).map((uri) => ({
      uri,
      suites: words(fields.get("suites")),
      components: words(fields.get("components")),
      signedBy: fields.get("signed-by"),
    }));
  });
}

/** Parses the fields of a stanza. A line that starts with white space continues a field, as the lines of a key do. */
function parseDeb822Fields(stanza: string): Map<string, string> {
  const fields = stanza.matchAll(/^([A-Za-z-]+):[ \t]*(.*(?:\n[ \t].*)*)/gm);
  return new Map([...fields].map(([, name, value]) => [name!.toLowerCase(), value!.trimEnd()]));
}

const LINE = /^deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s*(.*)$/;

function parseLines(content: string): AptSource[] {
  return content.split("\n").flatMap((line) => {
    const [, options, uri, suite, components] = LINE.exec(line.replace(/#.*/, "").trim()) ?? [];
    if (uri === undefined || suite === undefined) return [];
    const signedBy = /(?:^|\s)signed-by=(\S+)/i.exec(options ?? "")?.[1];
    return [{ uri, suites: [suite], components: words(components), signedBy: signedBy?.replaceAll(",", " ") }];
  });
}

function withoutComments(content: string): string {
  return content.replaceAll("\r", "").split("\n").filter((line) => !line.startsWith("#")).join("\n");
}

function words(value: string | undefined): string[] {
  return value?.split(/\s+/).filter((word) => word !== "") ?? [];
}
