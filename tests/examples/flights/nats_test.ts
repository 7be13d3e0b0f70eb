import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { BUNDLED_FILE } from "../../../examples/flights/arguments.ts";
import { natsServerForTests, startNatsServer } from "../../../tools/nats_server.ts";
import { runDemo, WITH_NETWORK } from "../run_example.ts";
import { assertReport } from "./assert_report.ts";

const server = await natsServerForTests();
const ignore = "skip" in server;
const binary = "skip" in server ? undefined : server.binary;

Deno.test({
  name: "main() with --nats stores two runs on one server, and each run reports only its own events",
  ignore,
  fn: async () => {
    const flights = JSON.parse(await Deno.readTextFile(BUNDLED_FILE));
    await using nats = await startNatsServer({ binary });
    const roots = new Set<string>();
    for (let run = 0; run < 2; run++) {
      const result = await runDemo(["--nats", nats.url], WITH_NETWORK);
      const [root = "no root"] = /flights\.[0-9a-f]{8}/.exec(result.stdout) ?? [result.stderr];
      roots.add(root);
      assertReport(result, flights, root);
      assertStringIncludes(result.stdout, `Stored by NATS JetStream at 127.0.0.1:${nats.port}\nDurability "process": `);
    }
    assertEquals(roots.size, 2);
  },
});

Deno.test("main() reports in one line that it cannot reach the NATS server", async () => {
  using closedPort = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const url = `nats://127.0.0.1:${closedPort.addr.port}`;
  closedPort.close();
  assertRefused(await runDemo(["--nats", url], WITH_NETWORK), `Cannot connect to a NATS server at ${url}: `);
});

Deno.test({
  name: "main() refuses a server without JetStream in one line",
  ignore,
  fn: async () => {
    await using nats = await startNatsServer({ binary, jetstream: false });
    assertRefused(await runDemo(["--nats", nats.url], WITH_NETWORK), "JetStream");
  },
});

function assertRefused({ code, stdout, stderr }: Awaited<ReturnType<typeof runDemo>>, message: string): void {
  assertEquals([code, stdout], [1, ""]);
  assertMatch(stderr, /^[^\p{Cc}]+\n$/u);
  assertStringIncludes(stderr, message);
}
