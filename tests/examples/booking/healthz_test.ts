import { memory } from "@flowmade-one/aether/memory";
import { assertEquals } from "@std/assert";
import { start } from "./started.ts";

Deno.test("the booking service answers /healthz with its storage and consumers, and 503 if the storage is silent", async () => {
  const backend = memory();
  let isSilent = false;
  const probe = backend.probe.bind(backend);
  backend.probe = (options) => isSilent ? new Promise(() => {}) : probe(options);
  await using started = await start(backend);
  const well = await fetch(`${started.service.url}/healthz`);
  const { status, consumers } = await well.json();
  assertEquals([well.status, status], [200, "pass"]);
  const names = consumers.map(({ name }: { name: string }) => name).sort();
  assertEquals(names, ["deadlines", "deadlines", "payments", "payments"]);
  isSilent = true;
  const ill = await fetch(`${started.service.url}/healthz`);
  assertEquals([ill.status, (await ill.json()).reasons[0].code], [503, "unreachable"]);
});
