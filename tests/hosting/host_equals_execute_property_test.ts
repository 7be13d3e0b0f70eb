/** A host returns the same as `execute`, for any sequence of commands, commit ids and lookbacks. */
import { execute, isAetherError } from "@flowmade-one/aether";
import { hostActors } from "@flowmade-one/aether/hosting";
import { memory } from "@flowmade-one/aether/memory";
import { everyEvents, withSnapshots } from "@flowmade-one/aether/snapshots";
import { assert, assertEquals } from "@std/assert";
import { testSeeds } from "../_support/seeds.ts";
import { randomFrom } from "../cluster/simulation/virtual_time.ts";
import { type SeatCommand, SeatEvents, seats } from "./seats.ts";

const ACTORS = ["screening.1", "screening.2"];
/** More commits than a host keeps in memory for one actor. */
const COMMANDS = 1_600;

testSeeds("execute() of a host returns the same as execute()", async (seed) => {
  const random = randomFrom(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const decider = random() < 0.5
    ? seats
    : withSnapshots(seats, { schema: 1, policy: everyEvents(1 + Math.floor(random() * 60)), onError: () => {} });
  const plain = memory().store("screenings", SeatEvents);
  const store = memory().store("screenings", SeatEvents);
  const host = hostActors(store, decider, { maxActors: random() < 0.5 ? 1 : 2 });
  const ids: string[] = [];
  let duplicates = 0;
  for (let i = 0; i < COMMANDS; i++) {
    const actorId = pick(ACTORS);
    if (random() < 0.1) {
      // Another writer appends to both stores.
      const version = await plain.latestVersion(actorId);
      const event = { type: "Returned" as const, data: { by: "foreign" } };
      const commitId = `foreign-${i}`;
      ids.push(commitId);
      for (const each of [plain, store]) await each.append(actorId, [event], { expectedVersion: version, commitId });
      // Here the host reads the foreign commit. Otherwise its next search could cover one commit more than execute().
      assertEquals((await host.execute(actorId, { return: "Zoe" })).version, version + 1);
      continue;
    }
    const by = `${i % 5}`;
    const command: SeatCommand = random() < 0.5 ? { take: by } : { return: by };
    const isRecent = random() < 0.5;
    const known = isRecent ? ids.slice(-20) : ids;
    const commitId = random() < 0.3 ? undefined : random() < 0.4 && known.length > 0 ? pick(known) : `c${i}`;
    if (commitId !== undefined) ids.push(commitId);
    const version = await plain.latestVersion(actorId);
    const options = {
      ...(commitId !== undefined && {
        commitId,
        ...(random() < 0.5 && { lookback: pick([1, 3, 255, 256, 257, 512, 513, 700, "all" as const]) }),
        ...(random() < 0.3 && { onExhausted: "refuse" as const }),
      }),
      ...(random() < 0.2 && { expectedVersion: Math.max(0, version - Math.floor(random() * 3)), attempts: 1 }),
    };
    const outcomes = await Promise.all([
      outcomeOf(execute(plain, decider, actorId, command, options)),
      outcomeOf(host.execute(actorId, command, options)),
    ]);
    assertEquals(outcomes[1], outcomes[0], `${i}: ${JSON.stringify({ actorId, command, options })}`);
    if (outcomes[0]?.duplicate === true) duplicates++;
  }
  assert(duplicates > 10, `only ${duplicates} commands were repeated`);
  await host.close();
});

/** The parts of an outcome that do not depend on the store. */
async function outcomeOf(
  running: Promise<{ version: number; events: readonly unknown[]; duplicate: boolean; lookbackExhausted: boolean }>,
) {
  try {
    const { version, events, duplicate, lookbackExhausted } = await running;
    return { version, events: events.length, duplicate, lookbackExhausted };
  } catch (error) {
    return { error: isAetherError(error) ? error.code : String(error), duplicate: undefined };
  }
}
