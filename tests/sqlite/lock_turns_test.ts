import { assertEquals } from "@std/assert";
import { LockTurns, MAX_TURN_MS, MIN_TURN_MS, PAUSE_MS } from "../../adapters/sqlite/database/lock_turns.ts";

/**
 * Simulates a process whose transactions take one millisecond each, without a gap between them except the pauses.
 *
 * @param isUsed Whether another process commits in the pause with a number.
 * @returns The times of the pauses.
 */
function pausesOf(turns: LockTurns, until: number, isUsed: (pause: number) => boolean): number[] {
  const pauses: number[] = [];
  let generation = 0;
  for (let now = 0; now < until; now++) {
    if (turns.pause(now) > 0) {
      if (isUsed(pauses.length)) generation++;
      pauses.push(now);
      now += PAUSE_MS;
    }
    turns.begun(now, generation);
    turns.ended(now + 1);
  }
  return pauses;
}

Deno.test("LockTurns.pause() returns a pause after the shortest turn while another process uses the pauses", () => {
  const pauses = pausesOf(new LockTurns(), 100, () => true);
  const lengths = pauses.slice(1).map((at, i) => at - pauses[i]! - PAUSE_MS);
  assertEquals(new Set(lengths), new Set([MIN_TURN_MS]));
});

Deno.test("LockTurns.pause() doubles the time to the next pause up to a limit while no other process uses them", () => {
  const pauses = pausesOf(new LockTurns(), 10 * MAX_TURN_MS, () => false);
  const lengths = pauses.slice(1).map((at, i) => at - pauses[i]! - PAUSE_MS);
  assertEquals(lengths.slice(0, 7), [32, 64, 128, 256, 256, 256, 256]);
});

Deno.test("LockTurns.pause() halves the time to the next pause when another process has used one", () => {
  const pauses = pausesOf(new LockTurns(), 4_000, (pause) => pause > 5);
  const lengths = pauses.slice(1).map((at, i) => at - pauses[i]! - PAUSE_MS);
  assertEquals(lengths.slice(0, 12), [32, 64, 128, 256, 256, 256, 128, 64, 32, 16, 16, 16]);
});

Deno.test("LockTurns.pause() returns no pause after a time without transactions", () => {
  const turns = new LockTurns();
  for (let now = 0; now < 10 * MAX_TURN_MS; now += PAUSE_MS + 1) {
    assertEquals(turns.pause(now), 0, `at ${now} ms`);
    turns.begun(now, 0);
    turns.ended(now + 1);
  }
});
