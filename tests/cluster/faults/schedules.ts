import { SHARDS, type SimulatedNode } from "../simulation/simulated_node.ts";
import type { World } from "../simulation/world.ts";

/** Runs a world through faults at chosen times. Violations are in its invariants. */
type Schedule = (world: World) => Promise<void>;

/** Schedules that show rare mistakes every time, by the fault that each contains. */
export const SCHEDULES = {
  "a node that receives nothing": receiveNothing,
  "a heartbeat that is read late": readLate,
} as const satisfies Record<string, Schedule>;

/** A key of {@link SCHEDULES}. */
export type ScheduleName = keyof typeof SCHEDULES;

/** The other nodes keep all shards beside a node that receives nothing from its first heartbeat on. */
async function receiveNothing(world: World): Promise<void> {
  world.selfEndProbability = 0;
  world.storage.open();
  const others = [world.start(1), world.start(1)];
  await world.runUntil(10_000);
  const node = world.start(1);
  await nextHeartbeat(world, node);
  node.records.canReceive = false;
  await world.runUntil(world.time.now + 4_000);
  const owned = others.flatMap((node) => node.owned).length;
  if (owned !== SHARDS) world.invariants.violate("recovery", `${owned} of ${SHARDS} shards are owned`);
}

/**
 * A node with a slow clock reads its last heartbeat late. A lease that began with this read would outlast the session.
 * The node that ends the session has a fast clock.
 */
async function readLate(world: World): Promise<void> {
  world.selfEndProbability = 0;
  world.slowEndProbability = 0;
  world.storage.open();
  const [slow] = [world.start(0.9), world.start(1.1)] as const;
  await world.runUntil(10_000);
  await nextHeartbeat(world, slow);
  const { time } = world;
  const { records } = slow;
  // The lease of the previous heartbeat ends a little later.
  const readAt = time.now + 2_500 * world.random();
  const scan = records.scan.bind(records);
  records.put = () => new Promise(() => {});
  records.scan = async (...args) => {
    const result = await scan(...args);
    await new Promise<void>((resolve) => time.at(Math.max(readAt, time.now), resolve));
    return result;
  };
  await world.runUntil(time.now + 12_000);
}

/** Runs until a heartbeat of a node is stored. */
async function nextHeartbeat(world: World, { cluster }: SimulatedNode): Promise<void> {
  const stored = () => world.storage.lastRevisionOf(cluster.coordinator.session);
  const before = stored();
  while (stored() === before) await world.runUntil(world.time.now + 1);
}
