/** Mistakes in the use of records that ConsumerWorld must detect, and situations that random worlds rarely reach. */
import { assert, assertEquals } from "@std/assert";
import type { Records } from "../../src/driver/records.ts";
import { decodeLane, encodeLane, type LaneRecord } from "../../src/consumers/lane_record.ts";
import type { ConsumerInvariant } from "./simulation/consumer_oracle.ts";
import { ConsumerWorld } from "./simulation/consumer_world.ts";
import { TTL } from "./simulation/join_world.ts";
import { ownerOf, twoProcesses } from "./simulation/two_processes.ts";

/** Number of worlds, one of which must show a mistake. Each mistake shows in at least one of 20 worlds on average. */
const WORLDS = 200;

/** A mistake that changes the records of lanes before they are sent to the storage. */
function changingLanes(
  change: (record: LaneRecord, key: string) => LaneRecord,
): (records: Records) => Partial<Records> {
  return (records) => ({
    put: (key, value, expected, signal) => {
      const isLane = key.includes(".lanes.") && value.length > 0;
      return records.put(key, isLane ? encodeLane(change(decodeLane(value), key)) : value, expected, signal);
    },
  });
}

const mistakes: readonly [
  title: string,
  mistake: (records: Records) => Partial<Records>,
  invariants: ConsumerInvariant[],
][] = [
  [
    "a redrive removes the parked actor before its events are done",
    changingLanes((record) => ({ ...record, parked: record.parked.filter(({ redrive }) => !redrive) })),
    ["done before saved"],
  ],
  [
    "parking loses the actor",
    changingLanes((record) => ({ ...record, parked: [] })),
    ["done before saved"],
  ],
  [
    "a lane loses its mark when its owner releases it",
    changingLanes((record) => record.owner === "" ? { ...record, mark: undefined } : record),
    ["no repeat after save", "monotonic mark", "actor order"],
  ],
  [
    "a record of a lane overwrites any revision",
    (records) => ({
      put: async (key, value, expected, signal) => {
        if (!key.includes(".lanes.")) return await records.put(key, value, expected, signal);
        const { entries } = await records.scan(key.slice(0, key.lastIndexOf(".") + 1), 0, signal);
        const last = entries.find((entry) => entry.key === key)?.revision ?? 0;
        return await records.put(key, value, last, signal);
      },
    }),
    ["monotonic mark", "exclusive handling", "done before saved", "no repeat after save"],
  ],
];

for (const [title, mistake, invariants] of mistakes) {
  Deno.test(`ConsumerWorld detects that ${title}`, async () => {
    for (let seed = 1; seed <= WORLDS; seed++) {
      const world = new ConsumerWorld(seed);
      world.mistake = mistake;
      await world.runRandom();
      const [violation] = world.oracle.violations;
      if (invariants.some((invariant) => violation?.startsWith(invariant))) return;
    }
    throw new Error(`no violation of ${invariants.join(" or ")} in ${WORLDS} worlds`);
  });
}

Deno.test("Consumer.close() keeps the session until a handler has ended, even for longer than the ttl", async () => {
  const world = await twoProcesses(1_000);
  world.handling = () => 4 * TTL;
  world.append();
  await world.runUntil(4_100);
  const owner = ownerOf(world);
  const began = world.oracle.calls;
  assertEquals(began, 1);
  world.handling = () => 0;
  const closing = world.close(owner);
  await world.runUntil(4_100 + 4 * TTL - 200);
  assertEquals(world.oracle.calls, 1, "no further call while the handler of the closing process runs");
  await world.runUntil(4_100 + 6 * TTL);
  await closing;
  assertEquals([world.oracle.undone, world.oracle.repeats, world.oracle.violations], [[], 0, []]);
});

Deno.test("ConsumerWorld shows a repeated event if a closing consumer sends no heartbeats during a long handler", async () => {
  const world = new ConsumerWorld(7, true, { order: "log", saveEvery: 1_000, parks: false });
  // The heartbeats of closing processes are not stored. After two heartbeats, only such a session has no services.
  world.mistake = (records) => ({
    put: (key, value, expected, signal) => {
      const isLeaving = key.startsWith("sessions.") && new TextDecoder().decode(value).includes('"services":[]');
      if (isLeaving && Number(/"beat":(\d+)/.exec(new TextDecoder().decode(value))?.[1]) > 2) return undefined;
      return records.put(key, value, expected, signal);
    },
  });
  world.handling = () => 0;
  world.start(1);
  await world.runUntil(2_000);
  world.start(1);
  await world.runUntil(4_000);
  world.handling = () => 4 * TTL;
  world.append();
  await world.runUntil(4_100);
  const owner = ownerOf(world);
  world.handling = () => 0;
  void world.close(owner);
  await world.runUntil(4_100 + 6 * TTL);
  assert(world.oracle.repeats + world.oracle.overlaps > 0, "the event was handled once");
});

const bounds: readonly [saveEvery: number, maxRepeats: number][] = [[0, 1], [1_000, 24]];
for (const [saveEvery, maxRepeats] of bounds) {
  Deno.test(`consume() with saveEvery ${saveEvery} repeats at most ${maxRepeats} of 20 events a second after a crash`, async () => {
    const world = await twoProcesses(saveEvery);
    world.handling = () => 50;
    for (let i = 0; i < 60; i++) world.time.at(4_000 + i * 100, () => world.append());
    world.time.at(8_050, () => world.kill(ownerOf(world)));
    // The time to live, three heartbeats, and 12 seconds for the events that wait.
    await world.runUntil(8_050 + TTL + 3 * TTL / 7.5 + 12_000);
    const { undone, repeats, violations } = world.oracle;
    assertEquals([undone, violations], [[], []]);
    assert(repeats <= maxRepeats, `${repeats} repeats`);
  });
}

Deno.test("consume() acquires the lane of a crashed process within one ttl and three heartbeats", async () => {
  const world = await twoProcesses(1_000);
  const owner = ownerOf(world);
  world.kill(owner);
  await world.runUntil(4_000 + TTL + 3 * TTL / 7.5 + 200);
  assertEquals(ownerOf(world) === owner, false);
});

Deno.test("consume() violates no invariant in a process that was paused for longer than its ttl", async () => {
  const world = await twoProcesses(1_000);
  const owner = ownerOf(world);
  for (let i = 0; i < 40; i++) world.append();
  world.handling = () => 30;
  await world.runUntil(4_300);
  world.pause(owner, 3 * TTL);
  await world.runUntil(4_300 + 6 * TTL);
  const { undone, violations } = world.oracle;
  assertEquals([undone, violations], [[], []]);
  assert(world.trace!.every((line) => !/the operator/.test(line)));
});
