import type { Backend } from "../../src/backend/backend.ts";
import type { RecordedEvent } from "../../src/events/recorded_event.ts";
import { live } from "../../src/projections/live.ts";
import type { Mark } from "../../src/projections/mark.ts";
import { project } from "../../src/projections/project.ts";
import type { Projection, ProjectOptions, ReadModel } from "../../src/projections/projection.ts";
import type { EventStore } from "../../src/store/event_store.ts";
import type { CaseContext } from "../case_context.ts";
import type { CaseDefinition } from "../case_definition.ts";
import { expectEqual, expectError, expectTrue } from "../expect.ts";
import { appendCommits, appendOne, coordinatesOf, oneEvent, someEvents } from "../fixtures.ts";

/** Projections: read models that contain each event once. */
export const projectionCases: readonly CaseDefinition[] = [
  {
    name: "project() applies stored and new events once, in the order of the log",
    invariant: "projections",
    run: async (context) => {
      const store = await context.store();
      for (const actorId of ["order.1", "order.2", "order.1"]) {
        await store.append(actorId, someEvents(400), { expectedVersion: "any" });
      }
      const model = new ListModel();
      await during(project(store, model, { onError: model.onError }), async (projection) => {
        await context.wait(projection.caughtUp, "a projection to catch up");
        expectEqual(projection.state, "live", "the state of a projection that has caught up");
        const { position } = await appendOne(store, "order.3");
        await context.wait(projection.reached(position), "a projection to reach an append");
      });
      await expectWhole(store, model);
      expectTrue(Math.max(...model.sizes) <= 500, "no batch has more than 500 events");
    },
  },
  {
    name: "project() into a model with a mark continues after the mark, even in the middle of a commit",
    invariant: "projections",
    run: async (context) => {
      const store = await context.store();
      await appendCommits(store, "order.1", [1, 10, 1]);
      const model = new ListModel();
      for (const limit of [4, 7, 11, Infinity]) {
        model.limit = limit;
        const { promise: stopped, resolve } = Promise.withResolvers<void>();
        const projection = project(store, model, { batch: 1, onError: () => resolve() });
        await during(projection, async () => {
          await context.wait(limit === Infinity ? projection.caughtUp : stopped, `a model with ${limit} events`);
        });
      }
      await expectWhole(store, model);
    },
  },
  {
    name: "project() reaches the positions of events that its filter excludes",
    invariant: "projections",
    run: async (context) => {
      const store = await context.store();
      await appendOne(store, "order.1", {}, "Placed");
      await appendOne(store, "user.1", {}, "Placed");
      const model = new ListModel();
      const filter = { types: ["Placed"], actors: "order.*" };
      await during(project(store, model, { ...filter, onError: model.onError }), async (projection) => {
        for (const [actorId, type] of [["order.1", "Paid"], ["user.1", "Placed"], ["order.2", "Placed"]] as const) {
          const { position } = await appendOne(store, actorId, {}, type);
          await context.wait(projection.reached(position), `a projection to reach ${type} of ${actorId}`);
          expectEqual(projection.position, position, `the position after ${type} of ${actorId}`);
        }
      });
      expectEqual(model.rows, ["order.1@1", "order.2@1"], "the events of the model");
    },
  },
  {
    name: "project() twice into one model applies each event once",
    invariant: "projections",
    run: async (context) => {
      const store = await context.store();
      await appendCommits(store, "order.1", Array.from({ length: 20 }, () => 2));
      const model = new ListModel();
      const start = (batch: number) => project(store, model, { batch, onError: model.onError });
      await during(start(3), (one) =>
        during(start(4), async (two) => {
          for (let i = 0; i < 20; i++) await appendOne(store, "order.2");
          const end = (await store.end())!;
          for (const projection of [one, two]) {
            await context.wait(projection.reached(end), "both projections to catch up");
          }
        }));
      await expectWhole(store, model);
    },
  },
  {
    name: "project() refuses a model of another namespace, and does not change the model",
    invariant: "isolation",
    run: async (context) => {
      const backend = await context.open();
      const [store, other] = ["a", "b"].map((name) => backend.store(`${context.namespace}.${name}`)) as [
        EventStore,
        EventStore,
      ];
      await appendOne(store, "order.1");
      await appendOne(other, "order.2");
      const model = new ListModel();
      await catchUp(context, store, model);
      const refused = project(other, model, { onError: () => {} });
      await expectError(
        refused.caughtUp,
        "invalid-argument",
        { argument: "mark" },
        "a projection of another namespace",
      );
      await refused.close();
      await expectWhole(store, model);
    },
  },
  {
    name:
      "live() computes a value from all events of its namespace, and reaches an event that the process has appended",
    invariant: "projections",
    run: async (context) => {
      const store = await context.store();
      await appendCommits(store, "order.1", [3, 1]);
      const value = live(store, {
        initial: (): string[] => [],
        evolve: (rows, event) => [...rows, ...coordinatesOf([event])],
      });
      await during(value, async () => {
        await context.wait(value.caughtUp, "a value in memory to catch up");
        const { position } = await appendOne(store, "order.2");
        await context.wait(value.reached(position), "a value in memory to reach an append");
        expectEqual(value.value, coordinatesOf(await store.readAll().toArray()), "the value of all events");
      });
    },
  },
  {
    name: "project() continues at its mark after a reopen",
    invariant: "projections",
    requires: "reopen",
    run: async (context) => {
      const reopen = await context.reopen();
      const model = new ListModel();
      let backend: Backend;
      for (let i = 0; i < 3; i++) {
        backend = await reopen();
        const store = backend.store(context.namespace);
        await appendCommits(store, `order.${i}`, [1, 3]);
        await catchUp(context, store, model);
      }
      expectEqual(model.clears, 0, "how often the model was cleared");
      await expectWhole(backend!.store(context.namespace), model);
    },
  },
  {
    name:
      'project() fails if its events have expired, and with after: "oldest-available" begins with the remaining events',
    invariant: "projections",
    requires: "retainCommits",
    run: async (context) => {
      const store = (await context.retainCommits(3)).store(context.namespace);
      for (let i = 0; i < 300; i++) await store.append("order.1", oneEvent(), { expectedVersion: i });
      const model = new ListModel();
      const failed = project(store, model, { onError: () => {} });
      await expectError(failed.caughtUp, "events-expired", {}, "a projection from the start");
      await failed.close();
      expectEqual(model.rows, [], "the events of the model after the failure");
      await catchUp(context, store, model, { after: "oldest-available" });
      expectEqual(model.errors, [], "the failures of the projection of the remaining events");
      expectEqual(model.rows.slice(-3), ["order.1@298", "order.1@299", "order.1@300"], "the last events of the model");
      expectTrue(model.rows.length < 300, "the model does not contain the expired events");
    },
  },
];

/** A model that lists its events as `actor@version`, and fails beyond a limit. */
class ListModel implements ReadModel {
  rows: string[] = [];
  limit = Infinity;
  clears = 0;
  readonly sizes: number[] = [];
  readonly errors: unknown[] = [];
  readonly onError = (error: unknown): void => void this.errors.push(error);
  #mark: Mark | undefined;

  mark(): Mark | undefined {
    return this.#mark;
  }

  async apply(events: readonly RecordedEvent[], mark: Mark, before: Mark | undefined): Promise<void> {
    if (this.rows.length >= this.limit) throw new Error("the model is full");
    await null; // Another projection may apply events now.
    if (this.#mark !== before) throw new Error("the mark has moved");
    this.rows.push(...coordinatesOf(events));
    this.sizes.push(events.length);
    this.#mark = mark;
  }

  clear(): void {
    this.clears++;
    this.rows = [];
    this.#mark = undefined;
  }
}

/** Runs a function, then closes the projection. */
async function during(projection: Projection, run: (projection: Projection) => Promise<void>): Promise<void> {
  try {
    await run(projection);
  } finally {
    await projection.close();
  }
}

async function catchUp(
  context: CaseContext,
  store: EventStore,
  model: ListModel,
  options: ProjectOptions = {},
): Promise<void> {
  await during(project(store, model, { ...options, onError: model.onError }), async ({ caughtUp }) => {
    await context.wait(caughtUp, "a projection to catch up");
  });
}

async function expectWhole(store: EventStore, model: ListModel): Promise<void> {
  expectEqual(model.rows, coordinatesOf(await store.readAll().toArray()), "the events of the model");
  expectEqual(model.errors, [], "the failures of the projection");
}
