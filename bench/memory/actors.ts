import { Random } from "../random.ts";

/**
 * The ids of a number of actors. They are flat strings whose hash V8 has computed, as in an application that uses its
 * actors repeatedly.
 */
export function actorIds(count: number): string[] {
  const ids = Array.from({ length: count }, (_, i) => ["order", String(100_000 + i)].join("."));
  if (new Set(ids).size !== count) throw new Error("Cannot make actor ids: two of them are equal");
  return ids;
}

/** Random indexes of actors, the same for all candidates of a round. */
export function randomOrder(round: number, length: number, actors: number): Uint32Array {
  const random = new Random(round + 1);
  return Uint32Array.from({ length }, () => random.below(actors));
}

/** The indexes of all actors in random order, the same for all candidates of a round. */
export function shuffledActors(round: number, actors: number): Uint32Array {
  const random = new Random(round + 1);
  return Uint32Array.from(random.shuffle(Array.from({ length: actors }, (_, i) => i)));
}
