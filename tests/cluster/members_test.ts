import { AetherError, TooLargeError } from "@flowmade-one/aether/errors";
import { isAetherError } from "@flowmade-one/aether";
import type { Cluster } from "@flowmade-one/aether/cluster";
import { hostActors } from "@flowmade-one/aether/hosting";
import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { SeatEvents, seats } from "../hosting/seats.ts";
import { until } from "../_support/until.ts";
import { openBackend } from "./open_cluster.ts";

Deno.test("offer() shows a service to all nodes until it is disposed of", async () => {
  await using test = openBackend();
  const [one, two] = [await test.join("one"), await test.join("two")];
  const services = () => two.members.find(({ name }) => name === "one")?.services ?? [];
  const offers = [one.offer("host:orders"), one.offer("host:orders"), one.offer("b")];
  await until("the other node sees the services", () => `${services()}` === "host:orders,b");
  offers[0]![Symbol.dispose]();
  offers[2]![Symbol.dispose]();
  offers[2]![Symbol.dispose]();
  await until("the other node sees the remaining service", () => `${services()}` === "host:orders");
  offers[1]![Symbol.dispose]();
  await until("the other node sees no service", () => services().length === 0);
});

Deno.test("offer() refuses an invalid name of a service", async () => {
  await using test = openBackend();
  const cluster = await test.join("one");
  for (const service of ["", "a b", "a,b", "a".repeat(251), undefined, 7]) {
    const error = assertThrows(() => cluster.offer(service as string), AetherError);
    assert(isAetherError(error, "invalid-argument") && error.argument === "service", String(error));
  }
  cluster.offer("a".repeat(250));
});

/** Adds services of 250 characters and one shorter service, whose JSON array has this number of bytes. */
function offerBytes(cluster: Cluster, bytes: number): Disposable {
  const perService = 250 + `"",`.length;
  const rest = bytes - "[]".length + ",".length;
  for (let i = 0; i < Math.floor(rest / perService); i++) cluster.offer(`${i}`.padStart(250, "0"));
  return cluster.offer("x".repeat(rest % perService - `"",`.length));
}

Deno.test("offer() accepts services of 65,000 bytes and refuses one more byte", async () => {
  await using test = openBackend();
  const one = await test.join("one");
  const two = await test.join("two");
  const last = offerBytes(one, 65_000);
  one.offer("0".repeat(250));
  const error = assertThrows(() => one.offer("a"), TooLargeError);
  assertEquals([error.bytes, error.maxBytes], [65_004, 65_000]);
  assertStringIncludes(error.message, 'Cannot offer "a": the services of "one" would have 65004 bytes in its session');
  await until("the other node sees the services", () => two.members[0]!.services.length > 250);
  last[Symbol.dispose]();
  one.offer("a");
  assertEquals(test.errors, []);
});

Deno.test("share() and hostActors() refuse one service too many, and can be called again", async () => {
  await using test = openBackend();
  const cluster = await test.join("one");
  const last = offerBytes(cluster, 65_000);
  assertThrows(() => cluster.share("work", 4, () => {}), TooLargeError, 'Cannot offer "shards.work.4"');
  const host = () => hostActors(test.backend.store("test", SeatEvents), seats, { cluster, name: "seats" });
  assertThrows(host, TooLargeError, 'Cannot offer "actors:test:seats"');
  last[Symbol.dispose]();
  await cluster.share("work", 4, () => {}).close();
  await host().close();
});

Deno.test("onChange() calls its listener when nodes join and offer services, until it is disposed of", async () => {
  await using test = openBackend();
  const one = await test.join("one");
  let changes = 0;
  const listening = one.onChange(() => changes++);
  const two = await test.join("two");
  await until("the second node has joined", () => changes === 1);
  assertEquals(one.members.length, 2);
  two.offer("a");
  await until("the second node offers a service", () => changes === 2);
  listening[Symbol.dispose]();
  await two.close();
  await until("the second node has left", () => one.members.length === 1);
  assertEquals(changes, 2);
});

Deno.test("onChange() reports the error of a listener, and calls the others", async () => {
  await using test = openBackend();
  const one = await test.join("one");
  const failure = new Error("the listener has failed");
  let changes = 0;
  one.onChange(() => {
    throw failure;
  });
  one.onChange(() => changes++);
  await test.join("two");
  await until("the second node has joined", () => changes === 1);
  assertEquals(test.errors, [failure]);
  for (const listener of [undefined, "f"]) assertThrows(() => one.onChange(listener as unknown as () => void));
});

Deno.test("Cluster.members is frozen, and the same value until the members change", async () => {
  await using test = openBackend();
  const one = await test.join("one");
  const { members } = one;
  assert(Object.isFrozen(members) && Object.isFrozen(members[0]) && Object.isFrozen(members[0]!.services));
  assert(one.members === members);
});

Deno.test("Cluster.close() can be repeated", async () => {
  await using test = openBackend();
  const [one, two] = [await test.join("one"), await test.join("two")];
  await Promise.all([one.close(), one.close()]);
  await one.close();
  await until("the first node has left", () => two.members.length === 1);
  assertEquals([one.session, one.name], [undefined, "one"]);
});
