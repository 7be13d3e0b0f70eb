import { assert } from "@std/assert";
import { ConsumerWorld } from "./consumer_world.ts";

/** A world with two processes, the first of which owns the only lane. Its handlers take no time. */
export async function twoProcesses(saveEvery: number): Promise<ConsumerWorld> {
  const world = new ConsumerWorld(7, true, { order: "log", saveEvery, parks: false });
  world.handling = () => 0;
  world.start(1);
  await world.runUntil(2_000);
  world.start(1);
  await world.runUntil(4_000);
  return world;
}

/** The process that owns the only lane. */
export function ownerOf(world: ConsumerWorld) {
  const owner = world.running.find(({ consumer }) => consumer?.owned.length === 1);
  assert(owner !== undefined, "no process owns the lane");
  return owner;
}
