import { assertEquals } from "@std/assert";
import { memory } from "@flowmade-one/aether/memory";
import { project, type Projection } from "@flowmade-one/aether/projections";
import { turns } from "../_support/until.ts";
import { testSeeds } from "../_support/seeds.ts";
import { ListModel } from "./list_model.ts";

/** Random numbers from 0 to below 1 of a seed (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

testSeeds("project() applies each wanted event once, in order, with failures, restarts and rivals", async (seed) => {
  const random = randomOf(seed);
  const upTo = (most: number) => 1 + Math.floor(random() * most);
  const store = memory().store("shop");
  const model = new ListModel();
  let failures = upTo(3);
  model.interfere = async () => {
    if (random() < 0.3) await turns(1);
    if (failures > 0 && random() < 0.1) {
      failures--;
      throw new Error("the database is locked");
    }
  };
  const filter = random() < 0.5 ? { types: ["Wanted"] } : { actors: "a.*" };
  const start = () => project(store, model, { ...filter, batch: upTo(20), onError: () => {} });
  const projections: Projection[] = Array.from({ length: upTo(3) }, start);
  for (let i = 0; i < 60; i++) {
    const events = Array.from({ length: upTo(8) }, () => ({ type: random() < 0.5 ? "Wanted" : "Other", data: {} }));
    const actor = `${random() < 0.5 ? "a" : "b"}.${upTo(3)}`;
    const { position } = await store.append(actor, events, { expectedVersion: "any" });
    const at = upTo(projections.length) - 1;
    if (random() < 0.1) {
      await projections[at]!.close();
      projections[at] = start();
    } else if (random() < 0.2) {
      await projections[at]!.reached(position);
    }
  }
  const end = (await store.end())!;
  await Promise.all(projections.map((projection) => projection.reached(end)));
  await Promise.all(projections.map((projection) => projection.close()));
  const wanted = await store.readAll(filter).toArray();
  assertEquals(model.rows, wanted.map(({ actorId, version }) => `${actorId}@${version}`));
});
