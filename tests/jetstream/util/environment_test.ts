import { assertEquals, assertMatch } from "@std/assert";
import { BusCarrier } from "../../../adapters/jetstream/bus/bus_carrier.ts";
import { SelfEchoFilter } from "../../../adapters/jetstream/bus/self_echo_filter.ts";
import { OrderedConsumer } from "../../../adapters/jetstream/api/ordered_consumer.ts";
import { ServerApi } from "../../../adapters/jetstream/api/server_api.ts";
import { SYSTEM_ENVIRONMENT } from "../../../adapters/jetstream/util/environment.ts";
import { Codecs } from "../../../adapters/jetstream/wire/codecs.ts";
import { failureOf } from "../_support/failure_of.ts";
import { testOnServer } from "../_support/test_server.ts";

/** Sources of time and randomness that a test could not replace. */
const GLOBALS = /\b(performance\.now|Date\.now|Math\.random|randomUUID|getRandomValues)\b/;

Deno.test("Environment is the only source of time and randomness of the JetStream adapter", async () => {
  const files: string[] = [];
  const search = async (folder: URL): Promise<void> => {
    for await (const { name, isDirectory } of Deno.readDir(folder)) {
      const url = new URL(isDirectory ? `${name}/` : name, folder);
      if (isDirectory) await search(url);
      else if (GLOBALS.test(await Deno.readTextFile(url))) files.push(name);
    }
  };
  await search(new URL("../../../adapters/jetstream/", import.meta.url));
  assertEquals(files, ["environment.ts"]);
});

Deno.test("SYSTEM_ENVIRONMENT.newId() returns a new UUID at each call", () => {
  const ids = Array.from({ length: 1_000 }, () => SYSTEM_ENVIRONMENT.newId());
  for (const id of ids) assertMatch(id, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  assertEquals(new Set(ids).size, ids.length);
});

await testOnServer(
  "Environment.newId() names the inbox, the consumers and the bus of a backend",
  async ({ connect }) => {
    const connection = await connect();
    const ids: string[] = [];
    const newId = () => {
      ids.push(`id-${ids.length}`);
      return ids.at(-1)!;
    };
    const api = new ServerApi(connection, 10_000, { ...SYSTEM_ENVIRONMENT, newId });
    assertMatch(api.inbox.open("s", () => {}).subject, /^_INBOX\.id0\./);
    const carrier = new BusCarrier(api, "aether", new SelfEchoFilter(), new Codecs(undefined, []), () => {});
    assertEquals(ids, ["id-0", "id-1"]);
    const requested: string[] = [];
    connection.subscribe("$JS.API.CONSUMER.CREATE.>", { callback: (_, { subject }) => void requested.push(subject) });
    const consumer = new OrderedConsumer(api, "absent", undefined, 1);
    await failureOf(consumer.start({}));
    await connection.flush(); // The server may answer before it delivers the request to this subscription.
    assertEquals(requested, ["$JS.API.CONSUMER.CREATE.absent.aether-id-2"]);
    carrier.close();
    api.close();
  },
);
