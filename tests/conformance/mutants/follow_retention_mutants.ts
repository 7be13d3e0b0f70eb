import { type LogRange, offsetOf } from "../../../adapter.ts";
import { type ActorPattern, compilePattern, parseActorPattern } from "../../../patterns.ts";
import { isAetherError, type RecordedEvent } from "../../../mod.ts";
import { allOf, WHOLE_LOG } from "../faulty_driver.ts";
import type { Mutant } from "../mutant.ts";

const whole: LogRange = { ...WHOLE_LOG, from: "oldest-available" };

/** Faults of live subscriptions while commits expire. */
export const followRetentionMutants: readonly Mutant[] = [
  {
    name: "fails a subscription by actors when commits of other actors have expired",
    fault: (log) => ({
      follow: async function* (range, signal) {
        const checkGap = (from: number) => void log.readLog({ ...whole, from }, signal);
        let next = range.from;
        for await (const item of log.follow(range, signal)) {
          const wanted = item === "caughtUp" ? [] : item.filter(isMatching(range.actors));
          if (wanted.length > 0 && typeof next === "number") checkGap(next);
          if (wanted.length > 0) next = offsetOf(wanted.at(-1)!.position) + 1;
          yield item;
        }
      },
    }),
    caughtBy: "subscribe() with actors continues live when only commits of other actors have expired",
  },
  {
    name: 'fails a subscription by actors after "now" when commits of other actors have expired',
    fault: (log) => ({
      follow: async function* (range, signal) {
        const end = (await allOf(log.readLog(whole, signal))).at(-1);
        for await (const item of log.follow(range, signal)) {
          const isGap = item !== "caughtUp" && item.some(isMatching(range.actors)) && range.from === "now";
          if (isGap) void log.readLog({ ...whole, from: offsetOf(end!.position) + 1 }, signal);
          yield item;
        }
      },
    }),
    caughtBy: "subscribe() with actors continues live when only commits of other actors have expired",
  },
  {
    name: "lets a subscription by actors skip what expires under it",
    fault: (log) => ({
      follow: async function* (range, signal) {
        try {
          yield* log.follow(range, signal);
        } catch (error) {
          if (!isAetherError(error, "events-expired") || range.actors === undefined) throw error;
          yield* log.follow({ ...range, from: "oldest-available" }, signal);
        }
      },
    }),
    caughtBy: "subscribe() with actors fails live when a commit of its actors has expired before its delivery",
  },
  {
    name: "fails a read of the oldest commits if they expire before the first page",
    fault: (log) => ({
      readLog: async function* (range, signal) {
        const [first] = range.from === "oldest-available" ? await allOf(log.readLog(range, signal)) : [];
        yield* log.readLog(first === undefined ? range : { ...range, from: offsetOf(first.position) }, signal);
      },
    }),
    caughtBy: 'readAll() and subscribe() after "oldest-available" begin at the oldest event while commits expire',
  },
  {
    name: "fails a backward read to the oldest commits if they expire during the read",
    fault: (log) => ({
      readLog: async function* (range, signal) {
        if (range.from !== "oldest-available" || !range.backwards) return yield* log.readLog(range, signal);
        const first = offsetOf((await allOf(log.readLog(range, signal))).at(-1)!.position);
        yield* log.readLog(range, signal);
        void log.readLog({ ...whole, from: first }, signal);
      },
    }),
    caughtBy: 'readAll() backwards after "oldest-available" ends at events that expire during the read',
  },
];

function isMatching(actors: ActorPattern | undefined): (event: RecordedEvent) => boolean {
  const matches = compilePattern(actors ?? parseActorPattern(">"));
  return ({ actorId }) => matches(actorId);
}
