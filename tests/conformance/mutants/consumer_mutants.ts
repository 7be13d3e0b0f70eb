import { partitionOf, PARTITIONS } from "../../../adapter.ts";
import type { CommitPlace, FollowedLog } from "../../../adapter.ts";
import { mapItems } from "../faulty_driver.ts";
import type { Mutant } from "../mutant.ts";

const PROGRESS = "Log.follow() by actors reports progress beyond unwanted commits, and never beyond a wanted commit";

/** Faults of hints, of progress and of records that consumers notice. */
export const consumerMutants: readonly Mutant[] = [
  {
    name: "leaves out an actor of the partition that is followed",
    fault: (log) => ({
      follow: ({ partition, ...range }, signal) =>
        mapItems(
          log.follow(range, signal),
          (page) =>
            page.filter(({ actorId }) => partition === undefined || partitionOf(actorId, PARTITIONS + 1) === partition),
        ),
    }),
    caughtBy: "Log.follow() by partition yields every event of the partition, stored or new",
  },
  {
    name: "reports no progress over commits that it leaves out",
    fault: (log) => ({
      follow: (range, signal) =>
        mapItems(log.follow(range, signal), (page) => page.filter(({ actorId }) => actorId.startsWith("quiet."))),
    }),
    caughtBy: PROGRESS,
  },
  {
    name: "reports progress to the end of the log before it has given the events",
    fault: (log) => ({
      follow: (range, signal): FollowedLog => ({
        get through() {
          return log.latestCommit(undefined) as CommitPlace | undefined;
        },
        async *[Symbol.asyncIterator]() {
          yield [];
          yield* log.follow(range, signal);
        },
      }),
    }),
    caughtBy: PROGRESS,
  },
  {
    name: "follows the log from one commit after the position that is asked for",
    fault: (log) => ({
      follow: ({ from, ...range }, signal) =>
        log.follow({ ...range, from: typeof from === "number" && from > 1 ? from + 1 : from }, signal),
    }),
    caughtBy: 'consume() with order "log" continues in another process after close(), and repeats no event',
  },
  {
    name: "loses every put into the record of a lane after the first one",
    recordsFault: (records) => {
      let puts = 0;
      return {
        put: (key, value, expected, signal) =>
          key.includes(".lanes.") && puts++ > 0 ? 1_000 + puts : records.put(key, value, expected, signal),
      };
    },
    caughtBy: 'consume() with order "log" continues in another process after close(), and repeats no event',
  },
];
