import { memory } from "@flowmade-one/aether/memory";
import { assertEquals } from "@std/assert";
import { withHealthz } from "../../../examples/booking/http/healthz.ts";
import { start } from "./started.ts";

Deno.test("withHealthz() reports storage and consumers, with 503 if the storage does not answer", async () => {
  const backend = memory();
  let isSilent = false;
  const probe = backend.probe.bind(backend);
  backend.probe = (options) => isSilent ? new Promise(() => {}) : probe(options);
  await using started = await start(backend);
  const passing = await fetch(`${started.service.url}/healthz`);
  const { status, consumers } = await passing.json();
  assertEquals([passing.status, status], [200, "pass"]);
  const names = consumers.map(({ name }: { name: string }) => name).sort();
  assertEquals(names, ["deadlines", "deadlines", "payments", "payments"]);
  const head = await fetch(`${started.service.url}/healthz`, { method: "HEAD" });
  assertEquals([head.status, await head.text()], [200, ""]);
  isSilent = true;
  const failing = await fetch(`${started.service.url}/healthz`);
  assertEquals([failing.status, (await failing.json()).reasons[0].code], [503, "unreachable"]);
});

Deno.test("withHealthz() aborts the probe of a storage that does not answer when the client leaves", async () => {
  await using backend = memory();
  const probed = Promise.withResolvers<AbortSignal | undefined>();
  backend.probe = (options) => {
    probed.resolve(options?.signal);
    return new Promise(() => {});
  };
  const client = new AbortController();
  const handler = withHealthz(backend, [], () => Promise.reject(new Error("another route")));
  const response = handler(new Request("http://localhost/healthz", { signal: client.signal }));
  const signal = await probed.promise;
  client.abort();
  assertEquals([(await response).status, signal?.aborted], [503, true]);
});
