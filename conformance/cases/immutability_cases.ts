import type { RecordedEvent } from "../../src/events/recorded_event.ts";
import type { EventStore } from "../../src/store/event_store.ts";
import type { CaseDefinition } from "../case_definition.ts";
import { expectEqual, expectTrue } from "../expect.ts";
import { SubscriptionRecorder } from "../subscription_recorder.ts";
import { appendCommits, appendOne, versionsOf } from "../fixtures.ts";

/** An event never changes after it is created. */
export const immutabilityCases: readonly CaseDefinition[] = [
  {
    name: "append() copies its events: later changes to them change no stored event",
    invariant: "immutability",
    run: async (context) => {
      const store = await context.store();
      const data = { items: [{ sku: "A" }], note: "first" };
      const metadata: Record<string, string> = { by: "Ann" };
      const events = [{ type: "Placed", data, metadata }];
      const appending = store.append("order.1", events, { expectedVersion: 0 });
      data.items[0]!.sku = "changed at once";
      metadata["by"] = "changed at once";
      events.push({ type: "Added", data, metadata });
      await appending;
      data.items.push({ sku: "added later" });
      data.note = "changed later";
      delete metadata["by"];
      events[0]!.type = "Changed";
      const read = await store.read("order.1").toArray();
      const expected = [{ type: "Placed", data: { items: [{ sku: "A" }], note: "first" }, metadata: { by: "Ann" } }];
      expectEqual(read.map(({ type, data, metadata }) => ({ type, data, metadata })), expected, "the stored event");
    },
  },
  {
    name: "read(), readAll() and subscribe() return deeply frozen events",
    invariant: "immutability",
    run: async (context) => {
      const store = await context.store();
      const event = { type: "Placed", data: { items: [{ sku: "A" }] }, metadata: { by: "Ann" } };
      await store.append("order.1", [event, event], { expectedVersion: 0 });
      for (const [way, [first]] of await readEveryWay(store)) {
        expectTrue(isFrozen(first), `an event that was read ${way} is deeply frozen`);
      }
      const followed = new SubscriptionRecorder(context, store.subscribe());
      expectTrue((await followed.until(2)).every(isFrozen), "an event that a subscription returned is deeply frozen");
      await appendOne(store, "order.1", { items: [{ sku: "B" }] });
      expectTrue((await followed.until(3)).every(isFrozen), "a live event is deeply frozen");
    },
  },
  {
    name: "read() and readAll() return equal events after attempts to change events that were read earlier",
    invariant: "immutability",
    run: async (context) => {
      const store = await context.store();
      await appendOne(store, "order.1", { items: [{ sku: "A" }] });
      const before = JSON.stringify(await store.read("order.1").toArray());
      for (const [way, [event]] of await readEveryWay(store)) {
        tryToChange(event!);
        expectEqual(
          JSON.stringify(await store.read("order.1").toArray()),
          before,
          `the actor, after attempts on an event read ${way}`,
        );
        expectEqual(
          JSON.stringify(await store.readAll().toArray()),
          before,
          `the log, after attempts on an event read ${way}`,
        );
      }
    },
  },
  {
    name: "toArray() returns a new array for each read",
    invariant: "immutability",
    run: async (context) => {
      const store = await context.store();
      await appendCommits(store, "order.1", [2, 1]);
      for (
        const read of [() => store.read("order.1"), () => store.readAll(), () => store.read("order.1", { limit: 3 })]
      ) {
        const events = await read().toArray();
        events.reverse();
        events.length = 1;
        events.push(events[0]!, events[0]!, events[0]!);
        expectEqual(
          versionsOf(await read().toArray()),
          [1, 2, 3],
          "the versions that are read after changes to an earlier array",
        );
      }
    },
  },
  {
    name: "append() changes no event that was read earlier",
    invariant: "immutability",
    run: async (context) => {
      const store = await context.store();
      await appendCommits(store, "order.1", [2, 1]);
      const before = await store.readAll().toArray();
      const json = JSON.stringify(before);
      for (const actorId of ["order.1", "order.2", "order.1"]) await appendOne(store, actorId);
      expectEqual(JSON.stringify(before), json, "the events that were read before");
      expectEqual((await store.readAll().toArray()).slice(0, 3), before, "the same events, read again");
    },
  },
];

async function readEveryWay(store: EventStore): Promise<[way: string, events: readonly RecordedEvent[]][]> {
  const one = [];
  for await (const event of store.read("order.1")) one.push(event);
  return [
    ["by its actor", await store.read("order.1").toArray()],
    ["backwards", await store.read("order.1", { direction: "backwards" }).toArray()],
    ["from the log", await store.readAll().toArray()],
    ["with a filter", await store.readAll({ actors: "order.*" }).toArray()],
    ["one by one", one],
  ];
}

function isFrozen(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return true;
  return Object.isFrozen(value) && Object.values(value).every(isFrozen);
}

function tryToChange(event: RecordedEvent): void {
  const { items } = event.data as { items: { sku: string }[] };
  const attempts = [
    () => Object.assign(event, { version: 99 }),
    () => Object.assign(event, { data: {} }),
    () => items.push({ sku: "B" }),
    () => items[0]!.sku = "B",
    () => Object.defineProperty(event.data, "added", { value: 1, enumerable: true }),
    () => Object.setPrototypeOf(event.data, { added: 1 }),
    () => Object.assign(event.metadata, { added: "1" }),
    () => Reflect.deleteProperty(event, "type"),
  ];
  for (const attempt of attempts) {
    try {
      attempt();
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
    }
  }
}
