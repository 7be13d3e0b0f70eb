import { assertEquals, assertRejects } from "@std/assert";
import type { ServerApi } from "../../adapters/jetstream/api/server_api.ts";
import { probeServer } from "../../adapters/jetstream/probe_server.ts";

Deno.test("probeServer() rejects if the request for the usage fails before the request for the time has ended", async () => {
  const failure = new Error("no reply");
  const time = Promise.withResolvers<never>();
  const ask = (path: string) => path === "INFO" ? Promise.reject(failure) : time.promise;
  const api = { ask } as unknown as ServerApi;
  const thrown = await assertRejects(() => probeServer(api, "t_events", new AbortController().signal));
  assertEquals(thrown, failure);
  // The probe has already rejected. Without a handler, this second rejection would end the test run.
  time.reject(failure);
});
