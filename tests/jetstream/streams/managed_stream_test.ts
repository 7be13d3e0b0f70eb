import { ServerApi } from "../../../adapters/jetstream/api/server_api.ts";
import { ManagedStream } from "../../../adapters/jetstream/streams/managed_stream.ts";
import { NATS_SERVER_VERSIONS } from "../../../tools/nats_server.ts";
import { assertEquals } from "@std/assert";
import { testOnServer } from "../_support/test_server.ts";

/** The number of streams: a server before 2.10 replies to some requests with a time of creation that does not last. */
const STREAMS = 300;

for (const version of NATS_SERVER_VERSIONS) {
  await testOnServer(
    "ManagedStream.ensure() of four clients at once returns the same time of creation to all",
    async ({ connect }) => {
      const apis = await Promise.all(Array.from({ length: 4 }, async () => new ServerApi(await connect(), 30_000)));
      for (let i = 0; i < STREAMS; i++) {
        const config = { name: `s${i}`, subjects: [`s${i}.>`] };
        const streams = apis.map((api) => new ManagedStream(api, config, { check: ({ created }) => created }));
        const created = await Promise.all(streams.map((stream) => stream.ensure({ timeout: 30_000 })));
        assertEquals(new Set(created).size, 1, `stream ${i}: ${created}`);
      }
      for (const api of apis) api.close();
    },
    { version },
  );
}
