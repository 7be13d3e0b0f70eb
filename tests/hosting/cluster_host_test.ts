import { isAetherError } from "@flowmade-one/aether";
import type { Cluster } from "@flowmade-one/aether/cluster";
import { hostActors } from "@flowmade-one/aether/hosting";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { turns } from "../_support/until.ts";
import { openNodes, untilHosted } from "./hosting_nodes.ts";
import { type SeatCommand, seats, SoldOut } from "./seats.ts";

Deno.test("execute() sends a command to the owner of its actor, which loads the state once for all nodes", async () => {
  await using scene = await openNodes(["n1", "n2", "n3"]);
  const [owner, ...others] = scene.nodes;
  const actorId = scene.actorOf(owner!);
  for (const { host } of scene.nodes) await host.execute(actorId, { take: "Ann" });
  const { version, answer } = await others[0]!.host.execute(actorId, { return: "Ann" });
  assertEquals([version, answer], [4, []]);
  assertEquals([owner!.host.stats.loads, owner!.host.stats.served], [1, 3]);
  for (const { host } of others) assertEquals([host.stats.loads, host.stats.fallbacks], [0, 0]);
});

Deno.test("execute() returns the same result from another node as from the owner", async () => {
  await using scene = await openNodes(["n1", "n2"]);
  const [one, two] = scene.nodes;
  const actorId = scene.actorOf(one!);
  const sent = await two!.host.execute(actorId, { take: "Ann" }, { commitId: "c1", metadata: { by: "test" } });
  const executedByOwner = await one!.host.execute(actorId, { take: "Ann" }, { commitId: "c1" });
  assertEquals({ ...sent, duplicate: true }, executedByOwner);
  assertEquals(sent.events, await scene.store.read(actorId).toArray());
  assert(Object.isFrozen(sent.events[0]) && Object.isFrozen(sent.events[0]!.data));
});

Deno.test("execute() throws the error of decide, with its class, when another node owns the actor", async () => {
  await using scene = await openNodes(["n1", "n2"]);
  const [one, two] = scene.nodes;
  const actorId = scene.actorOf(one!);
  for (const by of ["Ann", "Bob", "Cid"]) await two!.host.execute(actorId, { take: by });
  await assertRejects(() => two!.host.execute(actorId, { take: "Dan" }), SoldOut);
  assertEquals(two!.host.stats.fallbacks, 1);
});

Deno.test("execute() sends a command to the next owner after a node has left", async () => {
  await using scene = await openNodes(["n1", "n2"]);
  const [one, two] = scene.nodes;
  const actorId = scene.actorOf(one!);
  await two!.host.execute(actorId, { take: "Ann" });
  await one!.host.close();
  assertEquals((await two!.host.execute(actorId, { take: "Bob" })).answer, ["Ann", "Bob"]);
  assertEquals(two!.host.stats.fallbacks, 0);
});

Deno.test("execute() returns an answer if only the caller has the option answer, and none if only the owner has it", async () => {
  await using scene = await openNodes(["n1", "n2"]);
  const [one, two] = scene.nodes;
  const plain = { cluster: one!.cluster, name: "seats" };
  await one!.host.close();
  await using host = hostActors(scene.store, seats, plain);
  await untilHosted(scene.nodes, 2);
  const sent = await two!.host.execute(scene.actorOf(one!), { take: "Ann" });
  assertEquals([sent.answer, sent.version, two!.host.stats.fallbacks, host.stats.served], [["Ann"], 1, 1, 0]);
  const other = await host.execute(scene.actorOf(two!), { take: "Bob" });
  assertEquals([other.answer, other.version, two!.host.stats.served], [undefined, 1, 1]);
});

Deno.test("ActorHost.close() waits until the requests that have arrived are answered", async () => {
  await using scene = await openNodes(["n1"]);
  const answered = Promise.withResolvers<void>();
  const calls = { serve: () => ({ [Symbol.asyncDispose]: () => answered.promise }) };
  const cluster = { name: "n1", members: [], calls, offer: () => ({ [Symbol.dispose]() {} }) } as unknown as Cluster;
  const host = hostActors(scene.store, seats, { cluster, name: "other" });
  let isClosed = false;
  const closing = host.close().then(() => isClosed = true);
  await turns(1);
  assertEquals(isClosed, false);
  answered.resolve();
  await closing;
});

Deno.test("execute() says whether a command is stored if its answer is not JSON", async () => {
  await using scene = await openNodes(["n1"]);
  const { store, nodes: [node] } = scene;
  await node!.host.execute("screening.1", { take: "Ann" }, { commitId: "c1" });
  await node!.host.close();
  const options = { cluster: node!.cluster, name: "seats", answer: (): number => NaN };
  await using host = hostActors(store, seats, options);
  const cases: [command: SeatCommand, commitId: string, consequence: string][] = [
    [{ take: "Ann" }, "c1", "The command is stored"],
    [{ take: "Bob" }, "c2", "Nothing was stored"],
    [{ return: "Zoe" }, "c3", "Nothing was stored"],
  ];
  for (const [command, commitId, consequence] of cases) {
    const error = await assertRejects(() => host.execute("screening.1", command, { commitId }));
    assert(isAetherError(error, "invalid-argument") && error.argument === "answer", String(error));
    assert(error.message.endsWith(`. ${consequence}`), error.message);
  }
  assertEquals(await store.latestVersion("screening.1"), 1);
});
