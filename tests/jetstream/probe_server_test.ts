import { assertEquals, assertRejects } from "@std/assert";
import type { ServerApi } from "../../adapters/jetstream/api/server_api.ts";
import { probeServer } from "../../adapters/jetstream/probe_server.ts";

Deno.test("probeServer() rejects if the request for the usage fails before the one for the time ends", async () => {
  const failure = new Error("no reply");
  const time = Promise.withResolvers<never>();
  const ask = (path: string) => path === "INFO" ? Promise.reject(failure) : time.promise;
  const api = { ask } as unknown as ServerApi;
  // A rejection without a handler would end this test run.
  const thrown = await assertRejects(() => probeServer(api, "t_events", new AbortController().signal));
  assertEquals(thrown, failure);
  time.reject(failure);
});
