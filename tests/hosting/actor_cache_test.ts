import { assertEquals } from "@std/assert";
import { openHandler, taking } from "./test_host.ts";

Deno.test("ActorCache drops an actor once it was idle for idleAfter milliseconds", async () => {
  const { ask, actors, clock } = openHandler({ idleAfter: 500 });
  await ask(taking("Ann"));
  clock.pass(499);
  assertEquals(actors.size, 1);
  clock.pass(1);
  assertEquals(actors.size, 0);
});

Deno.test("ActorCache keeps an actor that is used again, and one whose command runs", async () => {
  const { ask, actors, clock, context } = openHandler({ idleAfter: 500 });
  await ask(taking("Ann"));
  clock.pass(400);
  await ask(taking("Bob"));
  clock.pass(400);
  assertEquals(actors.size, 1);
  const turn = Promise.withResolvers<void>();
  const running = actors.inTurn("screening.1", undefined, () => turn.promise);
  clock.pass(600);
  assertEquals(actors.size, 1);
  turn.resolve();
  await running;
  clock.pass(500);
  assertEquals([actors.size, context.counts.loads], [0, 1]);
});

Deno.test("ActorCache keeps busy actors above maxActors, and drops them when they are idle", async () => {
  const { ask, actors } = openHandler({ maxActors: 1 });
  const turn = Promise.withResolvers<void>();
  const running = actors.inTurn("screening.0", undefined, () => turn.promise);
  await ask(taking("Ann"));
  assertEquals(actors.size, 2);
  turn.resolve();
  await running;
  await ask(taking("Bob", { actorId: "screening.2" }));
  assertEquals(actors.size, 1);
});

Deno.test("ActorCache drops actors in the order of their last use, also after it has kept a busy one", async () => {
  const { ask, actors, clock } = openHandler({ idleAfter: 500 });
  const turn = Promise.withResolvers<void>();
  const running = actors.inTurn("screening.0", undefined, () => turn.promise);
  clock.pass(100);
  await ask(taking("Ann"));
  clock.pass(400);
  turn.resolve();
  await running;
  clock.pass(50);
  await ask(taking("Bob"));
  clock.pass(450);
  assertEquals(actors.size, 1);
  clock.pass(50);
  assertEquals(actors.size, 0);
});
