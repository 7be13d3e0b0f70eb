import { assertEquals } from "@std/assert";
import { type AptSource, parseAptSources, sourceForSuite } from "../../tools/nats/apt_sources.ts";

const MIRROR = "http://mirror.example/debian";
const KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";

const main: AptSource = { uri: MIRROR, suites: ["bookworm"], components: ["main"], signedBy: undefined };

const files: [name: string, text: string, sources: AptSource[], because: string][] = [
  ["sources.list", `deb ${MIRROR} bookworm main`, [main], "the plain form"],
  ["sources.list", `deb-src ${MIRROR} bookworm main`, [], "sources of programs are no programs"],
  ["sources.list", `# deb ${MIRROR} bookworm main`, [], "it is a comment"],
  [
    "sources.list",
    `deb [arch=amd64 signed-by=${KEYRING}] ${MIRROR} bookworm main contrib # ours`,
    [{ ...main, components: ["main", "contrib"], signedBy: KEYRING }],
    "options come in brackets",
  ],
  [
    "debian.sources",
    `Types: deb\nURIs: ${MIRROR}\nSuites: bookworm bookworm-updates\nComponents: main\nSigned-By: ${KEYRING}\n`,
    [{ ...main, suites: ["bookworm", "bookworm-updates"], signedBy: KEYRING }],
    "the form of newer machines",
  ],
  [
    "debian.sources",
    `# ours\nTypes: deb deb-src\n# yes\nURIs: ${MIRROR} http://other.example\nSuites: bookworm\nComponents: main\n\n\nTypes: deb-src\nURIs: ${MIRROR}\nSuites: bookworm\nComponents: main\n`,
    [main, { ...main, uri: "http://other.example" }],
    "comments, several addresses, a second stanza without programs",
  ],
  [
    "debian.sources",
    `Enabled: no\nTypes: deb\nURIs: ${MIRROR}\nSuites: bookworm\nComponents: main\n`,
    [],
    "it is switched off",
  ],
  [
    "debian.sources",
    `Types: deb\nURIs: ${MIRROR}\nSuites: bookworm\nSigned-By:\n -----BEGIN\n .\n abc\n -----END\nComponents: main\n`,
    [{ ...main, signedBy: "\n -----BEGIN\n .\n abc\n -----END" }],
    "a key may be written out",
  ],
];

Deno.test("apt's sources are read", async (t) => {
  for (const [name, text, sources, because] of files) {
    await t.step(`${name}: ${because}`, () => assertEquals(parseAptSources(name, text), sources));
  }
});

Deno.test("the same mirror is asked for another suite, with the same key", () => {
  const text = sourceForSuite({ ...main, signedBy: KEYRING }, "forky");
  assertEquals(parseAptSources("one.sources", text), [{ ...main, suites: ["forky"], signedBy: KEYRING }]);
});
