import { assertEquals } from "@std/assert";
import { openOnNats } from "../../../examples/booking/open_backend.ts";
import { natsServerForTests, startNatsServer } from "../../../tools/nats_server.ts";
import { SERVICE_CASES } from "./service_cases.ts";
import { start } from "./started.ts";

const found = await natsServerForTests();
const ignore = "skip" in found;
const binary = "skip" in found ? undefined : found.binary;

Deno.test({
  name: "the booking service on a nats-server",
  ignore,
  fn: async (t) => {
    await using nats = await startNatsServer({ binary });
    await using open = await openOnNats(nats.url);
    await using started = start(open.backend);
    for (const [name, run] of SERVICE_CASES) await t.step(name, () => run(started));
    assertEquals(started.reports, []);
  },
});
