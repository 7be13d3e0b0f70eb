import { assertEquals } from "@std/assert";
import { EventLoopTurns, TURN_MS } from "../../src/consumers/event_loop_turns.ts";
import { SYSTEM_ENVIRONMENT } from "../../src/coordination/environment.ts";

/** An environment whose clock a test sets, and whose timers it runs. */
class FakeEnvironment {
  time = 0;
  readonly timers: Map<() => void, number> = new Map();
  readonly environment = {
    ...SYSTEM_ENVIRONMENT,
    now: () => this.time,
    schedule: (delay: number, call: () => void) => {
      this.timers.set(call, this.time + delay);
      return () => void this.timers.delete(call);
    },
  };

  /** Runs the timers that are due. */
  run(): void {
    for (const [call, due] of [...this.timers]) {
      if (due > this.time) continue;
      this.timers.delete(call);
      call();
    }
  }
}

const { signal } = new AbortController();

const rows: [title: string, msPerEvent: number, events: number, timersRun: boolean, turns: number][] = [
  ["no promise for events that take no time", 0, 1_000, false, 0],
  ["a promise after 20 events of 1 ms", 1, 20, false, 1],
  ["no promise within 19 events of 1 ms", 1, 19, false, 0],
  ["a promise after each event of 20 ms", TURN_MS, 5, false, 5],
  ["no promise if timers run anyway", TURN_MS / 2, 100, true, 0],
];

for (const [title, msPerEvent, events, timersRun, turns] of rows) {
  Deno.test(`EventLoopTurns.next() returns ${title}`, async () => {
    const fake = new FakeEnvironment();
    const loopTurns = new EventLoopTurns(fake.environment);
    let count = 0;
    for (let i = 0; i < events; i++) {
      fake.time += msPerEvent;
      if (timersRun) fake.run();
      const turn = loopTurns.next(signal);
      if (turn === undefined) continue;
      count++;
      fake.run();
      await turn;
    }
    assertEquals(count, turns);
    loopTurns.stop();
    assertEquals(fake.timers.size, 0);
  });
}

Deno.test("EventLoopTurns.next() reads the clock for each 32nd event that takes no time, and for each slow one", () => {
  const fake = new FakeEnvironment();
  let readings = 0;
  const now = () => (readings++, fake.time);
  const loopTurns = new EventLoopTurns({ ...fake.environment, now });
  /** The number of events up to the next reading of the clock. */
  const eventsUntilRead = (msPerEvent: number) => {
    const before = readings;
    for (let events = 1;; events++) {
      fake.time += msPerEvent;
      loopTurns.next(signal);
      if (readings > before) return events;
    }
  };
  assertEquals(Array.from({ length: 8 }, () => eventsUntilRead(0)), [1, 2, 4, 8, 16, 32, 32, 32]);
  assertEquals(Array.from({ length: 4 }, () => eventsUntilRead(1)), [32, 1, 1, 1]);
  loopTurns.stop();
});
