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

/** An event type that has had three names and three shapes, and one that has not changed. */
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

/** The same in their current shape, as `type`, schema version and number. */
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

/** Event maps: events of earlier shapes and names are read in their current one, on every adapter. */
export const eventMapCases: readonly CaseDefinition[] = [
  {
    name: "A filter by a type selects events that are stored under its former names",
    invariant: "ranges",
    run: async (scene) => {
      const backend = await scene.open();
      await appendStored(backend.store(scene.namespace));
      const store = backend.store(scene.namespace, Parts);
      const forwards = await store.readAll({ types: ["Made"] }).toArray();
      expectEqual(shapesOf(forwards), MADE, "the events of the type");
      const backwards = await store.readAll({ types: ["Made"], direction: "backwards", limit: 3 }).toArray();
      expectEqual(shapesOf(backwards), MADE.toReversed().slice(0, 3), "the last three of the type, backwards");
      const ofActor = await store.readAll({ types: ["Made"], actors: "part.2" }).toArray();
      expectEqual(shapesOf(ofActor), MADE.slice(1, 3), "the events of the type of one actor");
      const after = await store.readAll({ types: ["Made"], after: forwards[0]!.position }).toArray();
      expectEqual(shapesOf(after), MADE.slice(1), "the events of the type after the first one");
    },
  },
  {
    name: "A subscription to a type gives events under its former names, also those appended later",
    invariant: "following",
    run: async (scene) => {
      const backend = await scene.open();
      const plain = backend.store(scene.namespace);
      await appendStored(plain);
      const store = backend.store(scene.namespace, Parts);
      const recorder = new SubscriptionRecorder(scene, store.subscribe({ types: ["Made"] }) as never);
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
    name: "Events of former names and versions are read in their current shape, and raw as they are stored",
    invariant: "values",
    run: async (scene) => {
      const backend = await scene.open();
      const plain = backend.store(scene.namespace);
      await plain.append("part.1", STORED, { expectedVersion: 0 });
      const store = backend.store(scene.namespace, Parts);
      expectEqual(shapesOf(await store.read("part.1").toArray()), CURRENT, "the events of the actor");
      expectEqual(shapesOf(await store.readAll().toArray()), CURRENT, "the events of the log");
      const backwards = await store.read("part.1", { direction: "backwards" }).toArray();
      expectEqual(shapesOf(backwards), CURRENT.toReversed(), "the events of the actor, backwards");
      const raw = await store.read("part.1", { raw: true }).toArray();
      expectEqual(raw, await plain.read("part.1").toArray(), "the events of the actor as they are stored");
    },
  },
  {
    name: "A read fails at an event of a newer version or of an unknown type, after the events before it",
    invariant: "refusals",
    run: async (scene) => {
      const backend = await scene.open();
      const plain = backend.store(scene.namespace);
      const newer: readonly [string, NewEvent][] = [
        ["part.1", { type: "Made", data: { n: 2 }, schemaVersion: 4 }],
        ["part.2", { type: "Lost", data: { n: 2 } }],
      ];
      const store = backend.store(scene.namespace, Parts);
      for (const [actorId, event] of newer) {
        await plain.append(actorId, [{ type: "Sold", data: { n: 1 } }, event], { expectedVersion: 0 });
        const seen: string[] = [];
        const read = async () => {
          for await (const event of store.read(actorId)) seen.push(...shapesOf([event]));
        };
        const facts = { actorId, version: 2, eventType: event.type, schemaVersion: event.schemaVersion ?? 1 };
        await expectError(read, "corrupt-data", facts, `a read of ${actorId} with an event ${event.type}`);
        expectEqual(seen, ["Sold 1 1"], "the events before it");
      }
    },
  },
  {
    name: "An event of a type or version that the event map does not have is refused, and nothing is stored",
    invariant: "refusals",
    run: async (scene) => {
      const store = (await scene.open()).store(scene.namespace, Parts);
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
    name: "Events of former names and versions have their current shape when a storage is opened again",
    invariant: "durability",
    requires: "reopen",
    run: async (scene) => {
      const reopen = await scene.reopen();
      await appendStored((await reopen()).store(scene.namespace));
      const store = (await reopen()).store(scene.namespace, Parts);
      expectEqual(shapesOf(await store.readAll().toArray()), CURRENT, "the events of the log");
      expectEqual(shapesOf(await store.readAll({ types: ["Made"] }).toArray()), MADE, "the events of the type");
    },
  },
  {
    name: "A subscriber of a newer event map receives events of another backend in their current shape",
    invariant: "carrying",
    requires: "sharedBus",
    run: async (scene) => {
      const { one, two, other } = await openTwoBackends(scene);
      const seen: string[] = [];
      two.bus.within(scene.namespace, Parts).subscribe((event) => void seen.push(...shapesOf([event])), {
        types: ["Made"],
      });
      for (const event of STORED) one.bus.within(scene.namespace).publish("part.1", event);
      await one.store(scene.namespace).append("part.1", STORED, { expectedVersion: 0 });
      await other.until(2 * STORED.length);
      expectEqual(seen, [...MADE, ...MADE], "the published and the stored events of the type");
    },
  },
];
