import { assert, assertEquals } from "@std/assert";
import { linkedConfig, npmConfig, readBridges } from "../../tools/offline_config.ts";

const config = JSON.parse(await Deno.readTextFile(new URL("../../deno.json", import.meta.url)));

Deno.test("every package from JSR has a bridge, and no other has", () => {
  const fromJsr = Object.entries<string>(config.imports).filter(([, specifier]) => specifier.startsWith("jsr:"));
  assertEquals(readBridges().map(({ name }) => name).sort(), fromJsr.map(([name]) => name).sort());
});

Deno.test("without JSR only links are added, so that all else is checked as it is with JSR", () => {
  const { links, ...rest } = linkedConfig(config, readBridges());
  assertEquals(rest, config);
  assert(Array.isArray(links) && links.length === readBridges().length);
});

Deno.test("without JSR the package is packed with the same releases from npm", () => {
  const { imports } = npmConfig(config, readBridges());
  assertEquals(imports["@nats-io/jetstream"], "npm:@nats-io/jetstream@3.4.0");
  assertEquals(imports["@nats-io/nats-core"], "npm:@nats-io/nats-core@3.4.0");
  assertEquals(imports["@std/assert"], config.imports["@std/assert"]);
});

Deno.test("npm packages are pinned, as there is no lock file", () => {
  const loose = Object.values<string>(config.imports).filter((s) => s.startsWith("npm:") && !/@\d+\.\d+\.\d+$/.test(s));
  assertEquals(loose, []);
});
