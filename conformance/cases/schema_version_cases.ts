import type { NewEvent } from "../../src/events/new_event.ts";
import type { CaseDefinition } from "../case_definition.ts";
import { expectEqual } from "../expect.ts";
import { openTwoBackends } from "../open_two_backends.ts";
import { SubscriptionRecorder } from "../subscription_recorder.ts";

/** Events of one type with and without a schema version. */
const EVENTS: readonly NewEvent[] = [
  { type: "Made", data: { n: 1 } },
  { type: "Made", data: { n: 2 }, schemaVersion: 2 },
  { type: "Made", data: { n: 3 }, schemaVersion: 65_535, metadata: { by: "Ann" } },
  { type: "Made", data: { n: 4 }, schemaVersion: 1 },
];
/** The schema versions of these events after the append. */
const VERSIONS = [1, 2, 65_535, 1];

const versionsOf = (events: readonly { readonly schemaVersion: number }[]) =>
  events.map(({ schemaVersion }) => schemaVersion);

/** The version of an event's shape is part of the event. */
export const schemaVersionCases: readonly CaseDefinition[] = [
  {
    name: "append() keeps the schema version of an event, and stores 1 without one",
    invariant: "values",
    run: async (context) => {
      const backend = await context.open();
      const store = backend.store(context.namespace);
      const delivered: { schemaVersion: number }[] = [];
      backend.bus.within(context.namespace).subscribe((event) => void delivered.push(event));
      const recorder = new SubscriptionRecorder(context, store.subscribe());
      const { events } = await store.append("order.1", EVENTS, { expectedVersion: 0 });
      const read = await store.read("order.1").toArray();
      expectEqual(versionsOf(events!), VERSIONS, "the schema versions that the append returned");
      expectEqual(versionsOf(read), VERSIONS, "the schema versions of the actor");
      expectEqual(versionsOf(await store.readAll().toArray()), VERSIONS, "the schema versions of the log");
      expectEqual(versionsOf(await recorder.until(4)), VERSIONS, "the schema versions that a subscription returned");
      expectEqual(versionsOf(delivered), VERSIONS, "the schema versions on the bus");
      await store.append("order.2", read, { expectedVersion: 0 });
      const copies = await store.read("order.2").toArray();
      expectEqual(versionsOf(copies), VERSIONS, "the schema versions of events that were read and appended again");
    },
  },
  {
    name: "bus.subscribe() receives the schema versions of events of another backend",
    invariant: "carrying",
    requires: "sharedBus",
    run: async (context) => {
      const { one, other } = await openTwoBackends(context);
      for (const event of EVENTS) one.bus.within(context.namespace).publish("order.1", event);
      expectEqual(versionsOf(await other.until(4)), VERSIONS, "the schema versions of the published events");
      await one.store(context.namespace).append("order.1", EVENTS, { expectedVersion: 0 });
      const stored = (await other.until(8)).slice(4);
      expectEqual(versionsOf(stored), VERSIONS, "the schema versions of the stored events");
    },
  },
];
