import type { RecordedEvent } from "../../src/events/recorded_event.ts";
import type { EventStore } from "../../src/store/event_store.ts";
import type { CaseDefinition } from "../case_definition.ts";
import { expectEqual, expectTrue } from "../expect.ts";
import { appendCommits, appendOne, countUp, versionsOf } from "../fixtures.ts";

const AFTER = { after: "oldest-available" } as const;

/** Commits of the case of a long log: more than one page of a driver. */
const LONG = 600;

/** Reads of the oldest events while commits expire. */
export const oldestAvailableCases: readonly CaseDefinition[] = [
  {
    name: 'readAll() and subscribe() after "oldest-available" begin at the oldest event while commits expire',
    invariant: "retention",
    requires: "retainCommits",
    run: async (context) => {
      const store = (await context.retainCommits(3)).store(context.namespace);
      await appendCommits(store, "order.1", [1, 1, 1]);
      for (const n of countUp(1, 10)) {
        const reads = [firstOf(store.readAll({ ...AFTER, limit: 1 })), firstOf(store.subscribe(AFTER))];
        await Promise.all([...reads, ...countUp(1, 5).map(() => appendOne(store, "order.1"))]);
        for (const read of reads) {
          const { version } = (await read)!;
          const [before, after] = [5 * n - 2, 5 * n + 3];
          const message =
            `version ${version}, where versions ${before - 2} to ${before} of ${before} remained before ` +
            `the read, and versions up to ${after} were appended during the read`;
          expectTrue(version >= before - 2 && version <= after, message);
        }
      }
    },
  },
  {
    name: 'readAll() backwards after "oldest-available" ends at events that expire during the read',
    invariant: "retention",
    requires: "retainCommits",
    run: async (context) => {
      const store = (await context.retainCommits(LONG)).store(context.namespace);
      await appendMany(store);
      const read: RecordedEvent[] = [];
      for await (const event of store.readAll({ ...AFTER, direction: "backwards" })) {
        if (read.push(event) === 1) await appendMany(store);
      }
      expectEqual(versionsOf(read), countUp(LONG + 1 - read.length, LONG).reverse(), "the versions, newest first");
    },
  },
];

async function firstOf(events: AsyncIterable<RecordedEvent>): Promise<RecordedEvent | undefined> {
  for await (const event of events) return event;
  return undefined;
}

async function appendMany(store: EventStore): Promise<void> {
  await Promise.all(countUp(1, LONG).map(() => appendOne(store, "order.1")));
}
