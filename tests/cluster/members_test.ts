import { AetherError } from "@flowmade-one/aether/errors";
import { isAetherError } from "@flowmade-one/aether";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { openBackend, until } from "./open_cluster.ts";

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
