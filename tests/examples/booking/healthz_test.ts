import { memory } from "@flowmade-one/aether/memory";
import { assertEquals } from "@std/assert";
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
  assertEquals(names, ["north/deadlines", "north/payments", "south/deadlines", "south/payments"]);
  const head = await fetch(`${started.service.url}/healthz`, { method: "HEAD" });
  assertEquals([head.status, await head.text()], [200, ""]);
  isSilent = true;
  const failing = await fetch(`${started.service.url}/healthz`);
  assertEquals([failing.status, (await failing.json()).reasons[0].code], [503, "unreachable"]);
});
