import type { FollowRange, Log } from "../../src/driver/log.ts";
import type { RecordedEvent } from "../../src/events/recorded_event.ts";
import { parseActorPattern } from "../../src/values/parse_pattern.ts";
import { parseNamespace } from "../../src/values/parse_namespace.ts";
import { partitionOf, PARTITIONS } from "../../src/values/partition.ts";
import { offsetOf } from "../../src/values/position.ts";
import { createBackend } from "../../src/backend/create_backend.ts";
import type { CaseContext } from "../case_context.ts";
import type { CaseDefinition } from "../case_definition.ts";
import { waitUntil } from "../consumer_recorder.ts";
import { expectEqual, expectTrue } from "../expect.ts";
import { appendOne, coordinatesOf, countUp } from "../fixtures.ts";

/** Actors of several partitions. */
const ACTORS = countUp(1, 40).map((n) => `order.${n}`);

/** The selections of `Log.follow`, and the progress that it reports. */
export const followProgressCases: readonly CaseDefinition[] = [
  {
    name: "Log.follow() by partition yields every event of the partition, stored or new",
    invariant: "following",
    requires: "records",
    run: async (context) => {
      const { log, append } = await openLog(context);
      await append(ACTORS);
      for (const partition of [partitionOf("order.1", PARTITIONS), partitionOf("order.2", PARTITIONS)]) {
        const follower = new Follower(log, { partition });
        await waitUntil(context, "caughtUp", () => follower.isCaughtUp);
        await append(ACTORS);
        const wanted = ({ actorId }: RecordedEvent) => partitionOf(actorId, PARTITIONS) === partition;
        const all = await readAll(log);
        await waitUntil(
          context,
          "the last wanted event",
          () => follower.events.filter(wanted).length >= all.filter(wanted).length,
        );
        expectEqual(
          coordinatesOf(follower.events.filter(wanted)),
          coordinatesOf(all.filter(wanted)),
          "the wanted events",
        );
        await follower.stop();
      }
    },
  },
  ...[{ actors: "quiet.*" }, { partition: partitionOf("quiet.1", PARTITIONS) }].map((selection): CaseDefinition => ({
    name: `Log.follow() by ${
      Object.keys(selection)
    } reports progress beyond unwanted commits, and never beyond a wanted commit`,
    invariant: "following",
    requires: "records",
    run: async (context) => {
      const { log, append } = await openLog(context);
      const partition = "partition" in selection ? selection.partition : undefined;
      const others = ACTORS.filter((actorId) =>
        partitionOf(actorId, PARTITIONS) !== partitionOf("quiet.1", PARTITIONS)
      );
      await append(["quiet.1", ...others]);
      const actors = "actors" in selection ? parseActorPattern(selection.actors!) : undefined;
      const follower = new Follower(log, { actors, partition });
      const hasReachedEnd = async () => follower.reached >= (await log.latestCommit(undefined))!.offset;
      await waitUntil(context, "the end of the stored commits", hasReachedEnd);
      expectTrue(follower.isCaughtUp, "caughtUp is yielded when progress reaches the end");
      for (const _ of countUp(1, 3)) {
        await append(others.slice(0, 3));
        await waitUntil(context, "progress beyond new unwanted commits", hasReachedEnd);
        await append(["quiet.1"]);
        await waitUntil(context, "progress to a wanted commit", hasReachedEnd);
      }
      const quiet = follower.events.filter(({ actorId }) => actorId === "quiet.1");
      expectEqual(coordinatesOf(quiet), countUp(1, 4).map((n) => `quiet.1@${n}`), "the wanted events");
      expectEqual(follower.late, [], "wanted events that were yielded after progress beyond them");
      await follower.stop();
    },
  })),
];

/** Follows a log, and records events and progress. */
class Follower {
  readonly events: RecordedEvent[] = [];
  /** Events that were yielded after progress had been reported beyond them. */
  readonly late: RecordedEvent[] = [];
  isCaughtUp = false;
  /** The offset of the last commit that was yielded or reported. */
  reached = 0;
  #through = 0;
  readonly #stopping: AbortController = new AbortController();
  readonly #running: Promise<void>;

  constructor(log: Log, selection: Pick<FollowRange, "partition"> & { readonly actors?: FollowRange["actors"] }) {
    this.#running = this.#follow(log, { actors: undefined, ...selection });
    this.#running.catch(() => {});
  }

  stop(): Promise<void> {
    this.#stopping.abort();
    return this.#running;
  }

  async #follow(log: Log, selection: Pick<FollowRange, "partition" | "actors">): Promise<void> {
    const range = { from: 1, reached: 0, identity: undefined, progress: true, ...selection };
    const followed = log.follow(range, this.#stopping.signal);
    for await (const item of followed) {
      if (item === "caughtUp") this.isCaughtUp = true;
      else for (const event of item) this.#record(event);
      this.#through = Math.max(this.#through, followed.through?.offset ?? 0);
      this.reached = Math.max(this.reached, this.#through);
    }
  }

  #record(event: RecordedEvent): void {
    this.events.push(event);
    const offset = offsetOf(event.position);
    if (offset <= this.#through) this.late.push(event);
    this.reached = Math.max(this.reached, offset);
  }
}

/** Opens a log by a driver, and a function that appends to the log through a backend. */
async function openLog(context: CaseContext) {
  const open = await context.recordDrivers();
  const store = createBackend(await open()).store(context.namespace);
  const log = (await open()).open(parseNamespace(context.namespace));
  const append = async (actorIds: readonly string[]) => {
    for (const actorId of actorIds) await appendOne(store, actorId);
  };
  return { log, append };
}

async function readAll(log: Log): Promise<RecordedEvent[]> {
  const range = { from: 1, to: Infinity, backwards: false, reached: 0, identity: undefined, actors: undefined };
  const events: RecordedEvent[] = [];
  for await (const page of log.readLog({ ...range, limit: Infinity }, undefined)) events.push(...page);
  return events;
}
