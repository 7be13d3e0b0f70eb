/** Where a Debian machine gets its packages from, as one entry of its apt sources says. */
export interface AptSource {
  readonly uri: string;
  readonly suites: readonly string[];
  readonly components: readonly string[];
  /** The value of `Signed-By`, if the entry has one. */
  readonly signedBy: string | undefined;
}

/** Reads a sources file: `name` tells deb822 (`.sources`) from one entry per line (`.list`). */
export function parseAptSources(name: string, text: string): AptSource[] {
  return name.endsWith(".sources") ? parseDeb822(text) : parseLines(text);
}

/** A `.sources` file that has apt look for packages where `source` says, but in another suite. */
export function sourceForSuite(source: AptSource, suite: string): string {
  const lines = ["Types: deb", `URIs: ${source.uri}`, `Suites: ${suite}`, "Components: main"];
  if (source.signedBy !== undefined) lines.push(`Signed-By: ${source.signedBy}`);
  return `${lines.join("\n")}\n`;
}

function parseDeb822(text: string): AptSource[] {
  return withoutComments(text).split(/\n\s*\n/).flatMap((stanza) => {
    const fields = deb822Fields(stanza);
    if (!words(fields.get("types")).includes("deb") || fields.get("enabled") === "no") return [];
    return words(fields.get("uris")).map((uri) => ({
      uri,
      suites: words(fields.get("suites")),
      components: words(fields.get("components")),
      signedBy: fields.get("signed-by"),
    }));
  });
}

/** A line that starts with a blank goes on with the field before it: so is a key written out in `Signed-By`. */
function deb822Fields(stanza: string): Map<string, string> {
  const fields = stanza.matchAll(/^([A-Za-z-]+):[ \t]*(.*(?:\n[ \t].*)*)/gm);
  return new Map([...fields].map(([, name, value]) => [name!.toLowerCase(), value!.trimEnd()]));
}

const LINE = /^deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s*(.*)$/;

function parseLines(text: string): AptSource[] {
  return text.split("\n").flatMap((line) => {
    const [, options, uri, suite, components] = LINE.exec(line.replace(/#.*/, "").trim()) ?? [];
    if (uri === undefined || suite === undefined) return [];
    const signedBy = /(?:^|\s)signed-by=(\S+)/i.exec(options ?? "")?.[1];
    return [{ uri, suites: [suite], components: words(components), signedBy: signedBy?.replaceAll(",", " ") }];
  });
}

function withoutComments(text: string): string {
  return text.replaceAll("\r", "").split("\n").filter((line) => !line.startsWith("#")).join("\n");
}

function words(text: string | undefined): string[] {
  return text?.split(/\s+/).filter((word) => word !== "") ?? [];
}
