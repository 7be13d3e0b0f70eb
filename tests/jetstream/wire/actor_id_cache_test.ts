import { parseNamespace } from "@flowmade-one/aether";
import { assertEquals } from "@std/assert";
import { ActorIdCache } from "../../../adapters/jetstream/wire/actor_id_cache.ts";
import { actorSubject, namesOf } from "../../../adapters/jetstream/wire/names.ts";

Deno.test("ActorIdCache.of() returns the actor of a subject, cached or not", () => {
  const names = namesOf("aether", parseNamespace("t"));
  const actors = new ActorIdCache(names);
  const ids = Array.from({ length: 2_000 }, (_, i) => i % 3 === 0 ? `user/${i}` : `order.${i}`);
  for (let round = 0; round < 3; round++) {
    for (const id of ids) assertEquals(actors.of(16, actorSubject(names, 16, id)), id);
    for (const id of ["cart.1", "cart.1", "cart.1"]) assertEquals(actors.of(16, actorSubject(names, 16, id)), id);
  }
  const [subject] = [16, 7].map((partitions) => actorSubject(names, partitions, "cart.1"));
  assertEquals(actors.of(7, subject!), undefined, "the number of partitions differs");
});

Deno.test("ActorIdCache.of() distinguishes subjects of the same length that share a slot of its table", () => {
  const names = namesOf("aether", parseNamespace("t"));
  const actors = new ActorIdCache(names);
  // More subjects than the table has slots. The cache keeps an id when its subject comes twice in a row.
  for (let i = 1_000; i < 2_000; i++) {
    const subject = actorSubject(names, 16, `order.${i}`);
    for (let times = 0; times < 3; times++) assertEquals(actors.of(16, subject), `order.${i}`);
  }
});
