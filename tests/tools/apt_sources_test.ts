import { assertEquals } from "@std/assert";
import { type AptSource, parseAptSources, sourceForSuite } from "../../tools/nats/apt_sources.ts";

const MIRROR = "http://mirror.example/debian";
const KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";

const main: AptSource = { uri: MIRROR, suites: ["bookworm"], components: ["main"], signedBy: undefined };

const files: [name: string, content: string, sources: AptSource[], reason: string][] = [
  ["sources.list", `deb ${MIRROR} bookworm main`, [main], "one entry in a line"],
  ["sources.list", `deb-src ${MIRROR} bookworm main`, [], "an entry of source packages"],
  ["sources.list", `# deb ${MIRROR} bookworm main`, [], "a comment"],
  [
    "sources.list",
    `deb [arch=amd64 signed-by=${KEYRING}] ${MIRROR} bookworm main contrib # ours`,
    [{ ...main, components: ["main", "contrib"], signedBy: KEYRING }],
    "options in brackets",
  ],
  [
    "debian.sources",
    `Types: deb\nURIs: ${MIRROR}\nSuites: bookworm bookworm-updates\nComponents: main\nSigned-By: ${KEYRING}\n`,
    [{ ...main, suites: ["bookworm", "bookworm-updates"], signedBy: KEYRING }],
    "a stanza in the deb822 format",
  ],
  [
    "debian.sources",
    `# ours\nTypes: deb deb-src\n# yes\nURIs: ${MIRROR} http://other.example\nSuites: bookworm\nComponents: main\n\n\nTypes: deb-src\nURIs: ${MIRROR}\nSuites: bookworm\nComponents: main\n`,
    [main, { ...main, uri: "http://other.example" }],
    "comments, several URIs, and a second stanza with source packages only",
  ],
  [
    "debian.sources",
    `Enabled: no\nTypes: deb\nURIs: ${MIRROR}\nSuites: bookworm\nComponents: main\n`,
    [],
    "a disabled stanza",
  ],
  [
    "debian.sources",
    `Types: deb\nURIs: ${MIRROR}\nSuites: bookworm\nSigned-By:\n -----BEGIN\n .\n abc\n -----END\nComponents: main\n`,
    [{ ...main, signedBy: "\n -----BEGIN\n .\n abc\n -----END" }],
    "a key in several lines",
  ],
];

Deno.test("parseAptSources() parses", async (t) => {
  for (const [name, content, sources, reason] of files) {
    await t.step(`${name}: ${reason}`, () => assertEquals(parseAptSources(name, content), sources));
  }
});

Deno.test("sourceForSuite() keeps the mirror and the key for another suite", () => {
  const content = sourceForSuite({ ...main, signedBy: KEYRING }, "forky");
  assertEquals(parseAptSources("one.sources", content), [{ ...main, suites: ["forky"], signedBy: KEYRING }]);
});
