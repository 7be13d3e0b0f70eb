import { events } from "../../src/events/events.ts";
import type { NewEvent } from "../../src/events/new_event.ts";
import { unchecked } from "../../src/events/unchecked.ts";
import type { EventStore } from "../../src/store/event_store.ts";
import type { CaseDefinition } from "../case_definition.ts";
import { expectEqual, expectError } from "../expect.ts";
import { openTwoBackends } from "../open_two_backends.ts";
import { SubscriptionRecorder } from "../subscription_recorder.ts";

const any = unchecked<{ readonly n: number }>();
const add = (digit: number) => ({ n }: { n: number }) => ({ n: n * 10 + digit });

/** An event type that has had three names and three shapes, and an event type that has not changed. */
const Parts = events({
  Made: { schema: any, version: 3, from: { 1: add(1), 2: add(2) }, formerly: ["Created", "Built"] },
  Sold: any,
});

/** Events as earlier releases have stored them, with events of the unchanged type among them. */
const STORED: readonly NewEvent[] = [
  { type: "Created", data: { n: 1 } },
  { type: "Sold", data: { n: 2 } },
  { type: "Built", data: { n: 3 }, schemaVersion: 2 },
  { type: "Made", data: { n: 4 }, schemaVersion: 3 },
  { type: "Sold", data: { n: 5 } },
  { type: "Created", data: { n: 6 }, schemaVersion: 2 },
];

/** The same events in their current shape, as type, schema version and number. */
const CURRENT = ["Made 3 112", "Sold 1 2", "Made 3 32", "Made 3 4", "Sold 1 5", "Made 3 62"];
const MADE = CURRENT.filter((event) => event.startsWith("Made"));

const shapesOf = (all: readonly { type: string; schemaVersion: number; data: unknown }[]) =>
  all.map(({ type, schemaVersion, data }) => `${type} ${schemaVersion} ${(data as { n: number }).n}`);

/** Appends the events in commits of two, to two actors. */
async function appendStored(store: EventStore): Promise<void> {
  for (let i = 0; i < STORED.length; i += 2) {
    await store.append(`part.${i % 4}`, STORED.slice(i, i + 2), { expectedVersion: "any" });
  }
}

/** Event maps: events of earlier shapes and names are read in their current shape, on every adapter. */
export const eventMapCases: readonly CaseDefinition[] = [
  {
    name: "readAll() with a type returns events that are stored under its former names",
    invariant: "ranges",
    run: async (context) => {
      const backend = await context.open();
      await appendStored(backend.store(context.namespace));
      const store = backend.store(context.namespace, Parts);
      const forwards = await store.readAll({ types: ["Made"] }).toArray();
      expectEqual(shapesOf(forwards), MADE, "the events of the type");
      const backwards = await store.readAll({ types: ["Made"], direction: "backwards", limit: 3 }).toArray();
      expectEqual(shapesOf(backwards), MADE.toReversed().slice(0, 3), "the last three events of the type, backwards");
      const ofActor = await store.readAll({ types: ["Made"], actors: "part.2" }).toArray();
      expectEqual(shapesOf(ofActor), MADE.slice(1, 3), "the events of the type of one actor");
      const after = await store.readAll({ types: ["Made"], after: forwards[0]!.position }).toArray();
      expectEqual(shapesOf(after), MADE.slice(1), "the events of the type after its first event");
    },
  },
  {
    name: "subscribe() with a type returns events under its former names, stored and live",
    invariant: "following",
    run: async (context) => {
      const backend = await context.open();
      const plain = backend.store(context.namespace);
      await appendStored(plain);
      const store = backend.store(context.namespace, Parts);
      const recorder = new SubscriptionRecorder(context, store.subscribe({ types: ["Made"] }) as never);
      await recorder.until(MADE.length);
      await plain.append("part.9", [{ type: "Sold", data: { n: 7 } }, { type: "Built", data: { n: 8 } }], {
        expectedVersion: 0,
      });
      await store.append("part.9", [Parts.Made({ n: 9 })], { expectedVersion: 2 });
      const all = await recorder.until(MADE.length + 2);
      expectEqual(shapesOf(all), [...MADE, "Made 3 812", "Made 3 9"], "the events of the type");
    },
  },
  {
    name: "read() and readAll() return former names and versions in their current shape, and as stored with raw",
    invariant: "values",
    run: async (context) => {
      const backend = await context.open();
      const plain = backend.store(context.namespace);
      await plain.append("part.1", STORED, { expectedVersion: 0 });
      const store = backend.store(context.namespace, Parts);
      expectEqual(shapesOf(await store.read("part.1").toArray()), CURRENT, "the events of the actor");
      expectEqual(shapesOf(await store.readAll().toArray()), CURRENT, "the events of the log");
      const backwards = await store.read("part.1", { direction: "backwards" }).toArray();
      expectEqual(shapesOf(backwards), CURRENT.toReversed(), "the events of the actor, backwards");
      const raw = await store.read("part.1", { raw: true }).toArray();
      expectEqual(raw, await plain.read("part.1").toArray(), "the events of the actor as they are stored");
    },
  },
  {
    name: "read() fails at an event of a newer version or of an unknown type, after the events before it",
    invariant: "refusals",
    run: async (context) => {
      const backend = await context.open();
      const plain = backend.store(context.namespace);
      const newer: readonly [string, NewEvent][] = [
        ["part.1", { type: "Made", data: { n: 2 }, schemaVersion: 4 }],
        ["part.2", { type: "Lost", data: { n: 2 } }],
      ];
      const store = backend.store(context.namespace, Parts);
      for (const [actorId, event] of newer) {
        await plain.append(actorId, [{ type: "Sold", data: { n: 1 } }, event], { expectedVersion: 0 });
        const seen: string[] = [];
        const read = async () => {
          for await (const event of store.read(actorId)) seen.push(...shapesOf([event]));
        };
        const facts = { actorId, version: 2, eventType: event.type, schemaVersion: event.schemaVersion ?? 1 };
        await expectError(read, "corrupt-data", facts, `a read of ${actorId} with an event ${event.type}`);
        expectEqual(seen, ["Sold 1 1"], "the events before the unreadable event");
      }
    },
  },
  {
    name: "append() refuses an event whose type or version the event map does not have, and stores nothing",
    invariant: "refusals",
    run: async (context) => {
      const store = (await context.open()).store(context.namespace, Parts);
      for (
        const [event, path] of [
          [{ type: "Lost", data: { n: 1 } }, "events[1].type"],
          [{ type: "Created", data: { n: 1 } }, "events[1].type"],
          [{ type: "Made", data: { n: 1 }, schemaVersion: 2 }, "events[1].schemaVersion"],
        ] as const
      ) {
        const append = () => store.append("part.1", [Parts.Sold({ n: 1 }), event as never], { expectedVersion: 0 });
        await expectError(append, "invalid-event", { path }, `an append of ${JSON.stringify(event)}`);
      }
      expectEqual(await store.latestVersion("part.1"), 0, "the version of the actor");
    },
  },
  {
    name: "readAll() returns former names and versions in their current shape after a reopen",
    invariant: "durability",
    requires: "reopen",
    run: async (context) => {
      const reopen = await context.reopen();
      await appendStored((await reopen()).store(context.namespace));
      const store = (await reopen()).store(context.namespace, Parts);
      expectEqual(shapesOf(await store.readAll().toArray()), CURRENT, "the events of the log");
      expectEqual(shapesOf(await store.readAll({ types: ["Made"] }).toArray()), MADE, "the events of the type");
    },
  },
  {
    name: "bus.subscribe() with a newer event map receives events of another backend in their current shape",
    invariant: "carrying",
    requires: "sharedBus",
    run: async (context) => {
      const { one, two, other } = await openTwoBackends(context);
      const seen: string[] = [];
      two.bus.within(context.namespace, Parts).subscribe((event) => void seen.push(...shapesOf([event])), {
        types: ["Made"],
      });
      for (const event of STORED) one.bus.within(context.namespace).publish("part.1", event);
      await one.store(context.namespace).append("part.1", STORED, { expectedVersion: 0 });
      await other.until(2 * STORED.length);
      expectEqual(seen, [...MADE, ...MADE], "the published and the stored events of the type");
    },
  },
];
