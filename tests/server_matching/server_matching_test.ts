/** Compares the tables of this directory with a nats-server, and the refused strings with the functions of Aether. */
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { NATS_SERVER_VERSIONS } from "../../tools/nats_server.ts";
import { testOnServer } from "../jetstream/_support/test_server.ts";
import { countDeliveries } from "./count_deliveries.ts";
import { probeServer } from "./probe_server.ts";
import { REFUSED_INPUTS } from "./refused_inputs.ts";
import { WRITTEN_CASES } from "./written_cases.ts";

for (const version of NATS_SERVER_VERSIONS) {
  await testOnServer("nats-server delivers each subject as the table says", async ({ server }, t) => {
    const column = (index: 0 | 1) => [...new Set(WRITTEN_CASES.map((row) => row[index]))];
    const [patterns, subjects] = [column(0), column(1)];
    const deliveries = await countDeliveries(server.url, patterns, subjects);
    for (const [pattern, subject, matches, reason] of WRITTEN_CASES) {
      await t.step(`${pattern} ${matches ? "matches" : "does not match"} ${subject}: ${reason}`, () => {
        assertEquals(deliveries[patterns.indexOf(pattern)]![subjects.indexOf(subject)], Number(matches));
      });
    }
  }, { version, jetstream: false });

  await testOnServer("nats-server reacts to strings that Aether refuses as the table says", async ({ server }, t) => {
    for (const { input, as, server: reaction, decoy } of REFUSED_INPUTS) {
      await t.step(`${as} ${JSON.stringify(input)}: ${reaction}`, async () => {
        const [subscribe, publish] = as === "pattern" ? [input, [input, decoy ?? []].flat()] : [">", [input]];
        assertEquals(await probeServer(server.port, subscribe, publish), reaction);
      });
    }
  }, { version, jetstream: false });
}

for (const { input, parse, message, reason } of REFUSED_INPUTS) {
  Deno.test(`${parse.name}() rejects ${JSON.stringify(input.slice(0, 40))}: ${reason}`, () => {
    assertThrows(() => parse(input), Error, message);
  });
}

await testOnServer("probeServer() tells a wildcard from a literal", async ({ server }) => {
  assertEquals(await probeServer(server.port, "a.*", ["a.*", "a.b"]), `delivers "a.*" and "a.b"`);
  assertEquals(await probeServer(server.port, "a*", ["a*", "ab"]), "delivers it");
}, { jetstream: false });

await testOnServer("countDeliveries() fails if the server refuses a pattern", async ({ server }) => {
  await assertRejects(() => countDeliveries(server.url, ["a", "a..b"], ["a"]), Error, "Invalid Subject");
}, { jetstream: false });
