import { isAetherError } from "@flowmade-one/aether";
import { natsPermissions } from "@flowmade-one/aether/jetstream";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { apiPrefixOf, type ApiTarget, domainOf } from "../../../adapters/jetstream/api/api_prefix.ts";

const prefixes: [target: ApiTarget, prefix: string][] = [
  [{}, "$JS.API"],
  [{ domain: undefined, apiPrefix: undefined }, "$JS.API"],
  [{ domain: "hub" }, "$JS.hub.API"],
  [{ domain: "A-b_9" }, "$JS.A-b_9.API"],
  [{ domain: "d".repeat(128) }, `$JS.${"d".repeat(128)}.API`],
  [{ apiPrefix: "JS.HUB.API" }, "JS.HUB.API"],
  [{ apiPrefix: "api" }, "api"],
  [{ apiPrefix: "$JS.hub.API" }, "$JS.hub.API"],
  [{ apiPrefix: "p".repeat(128) }, "p".repeat(128)],
];

for (const [target, prefix] of prefixes) {
  Deno.test(`apiPrefixOf(${JSON.stringify(target)}) is ${prefix}`, () => assertEquals(apiPrefixOf(target), prefix));
}

const domains: [prefix: string, domain: string | undefined][] = [
  ["$JS.hub.API", "hub"],
  ["$JS.API", undefined],
  ["JS.HUB.API", undefined],
  ["$JS.a.b.API", undefined],
];

for (const [prefix, domain] of domains) {
  Deno.test(`domainOf("${prefix}") is ${domain}`, () => assertEquals(domainOf(prefix), domain));
}

const refused: [target: Record<string, unknown>, argument: string][] = [
  [{ domain: "" }, "domain"],
  [{ domain: "a.b" }, "domain"],
  [{ domain: "*" }, "domain"],
  [{ domain: "a b" }, "domain"],
  [{ domain: 7 }, "domain"],
  [{ domain: null }, "domain"],
  [{ domain: "d".repeat(129) }, "domain"],
  [{ domain: "hub", apiPrefix: "JS.API" }, "apiPrefix"],
  [{ apiPrefix: "" }, "apiPrefix"],
  [{ apiPrefix: "JS.HUB.API." }, "apiPrefix"],
  [{ apiPrefix: ".JS" }, "apiPrefix"],
  [{ apiPrefix: "JS..API" }, "apiPrefix"],
  [{ apiPrefix: "JS.*.API" }, "apiPrefix"],
  [{ apiPrefix: "JS.>" }, "apiPrefix"],
  [{ apiPrefix: "JS API" }, "apiPrefix"],
  [{ apiPrefix: null }, "apiPrefix"],
  [{ apiPrefix: "p".repeat(129) }, "apiPrefix"],
];

for (const [target, argument] of refused) {
  Deno.test(`apiPrefixOf() refuses ${JSON.stringify(target)}`, () => {
    const error = assertThrows(() => apiPrefixOf(target as ApiTarget));
    assert(isAetherError(error, "invalid-argument"));
    assertEquals(error.argument, argument);
  });
}

Deno.test("natsPermissions() with a domain or an apiPrefix differs only in the prefix of API subjects", () => {
  const [plain, ofDomain, ofPrefix] = [{}, { domain: "hub" }, { apiPrefix: "JS.HUB.API" }].map((target) =>
    natsPermissions([{ role: "tenant", namespace: "a", retention: true }, { role: "node" }, { role: "operator" }], {
      inboxPrefix: "_INBOX_a",
      ...target,
    })
  );
  const replaced = (prefix: string) => plain!.publish.allow!.map((subject) => subject.replace("$JS.API", prefix));
  assertEquals(ofDomain!.publish.allow, replaced("$JS.hub.API"));
  assertEquals(ofPrefix!.publish.allow, replaced("JS.HUB.API"));
  assertEquals([ofDomain!.subscribe, ofPrefix!.subscribe], [plain!.subscribe, plain!.subscribe]);
});
