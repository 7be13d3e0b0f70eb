import { endOfCommit, logIdentityOf, offsetOf, parsePosition, toPosition } from "../../src/values/position.ts";
import type { Position } from "../../src/base/position.ts";
import type { ReadAllOptions } from "../../src/store/options.ts";
import type { CaseDefinition } from "../case_definition.ts";
import { appendHistory, HISTORY } from "../history.ts";
import { expectEqual, expectError, expectTrue } from "../expect.ts";
import { appendCommits, appendOne, coordinatesOf, countUp, someEvents } from "../fixtures.ts";

const PLACES = HISTORY.flatMap(([actorId, types], i) => {
  const before = HISTORY.slice(0, i).filter(([other]) => other === actorId).flatMap(([, earlier]) => earlier).length;
  return types.map((type, k) => ({ place: `${actorId}@${before + k + 1}`, actorId, type }));
});

/** The log of a namespace: its order, its positions, and what is selected of it. */
export const logCases: readonly CaseDefinition[] = [
  {
    name: "The log has all events of the namespace in the order in which they were appended",
    invariant: "order",
    run: async (scene) => {
      const store = await scene.store();
      await appendHistory(store);
      const log = await store.readAll().toArray();
      expectEqual(coordinatesOf(log), placesWhere(() => true), "the events of the log");
      expectEqual(log.map(({ type }) => type), PLACES.map(({ type }) => type), "their types");
      expectTrue(log.every(({ namespace }) => namespace === scene.namespace), "every event is of the namespace");
    },
  },
  {
    name: "Positions grow along the log, by plain text comparison, and each event has one of its own",
    invariant: "order",
    run: async (scene) => {
      const store = await scene.store();
      const told = await appendHistory(store);
      // Enough commits for a number of more digits than the first had.
      for (const n of countUp(1, 120)) told.push((await appendOne(store, `many.${n}`)).position);
      const positions = (await store.readAll().toArray()).map(({ position }) => position);
      expectEqual(positions, [...new Set(positions)].sort(), "the positions along the log");
      expectEqual(told, [...told].sort(), "the positions that the appends told");
      expectTrue(told.every((position) => positions.includes(position)), "each append told the position of an event");
      expectEqual(new Set(positions.map(({ length }) => length)).size, 1, "the number of lengths of positions");
    },
  },
  {
    name: "An event is the same in the log and in the history of its actor",
    invariant: "order",
    run: async (scene) => {
      const store = await scene.store();
      await appendHistory(store);
      const log = await store.readAll().toArray();
      for (const actorId of new Set(PLACES.map((place) => place.actorId))) {
        const ofActor = log.filter((event) => event.actorId === actorId);
        expectEqual(await store.read(actorId).toArray(), ofActor, `"${actorId}" read by itself, and out of the log`);
      }
    },
  },
  {
    name: "The log of an unused namespace is empty",
    invariant: "order",
    run: async (scene) => {
      const store = await scene.store();
      expectEqual(await store.readAll().toArray(), [], "the log of an unused namespace");
      expectEqual(await store.readAll({ limit: 1, types: ["Made"], actors: ">" }).toArray(), [], "the same, filtered");
    },
  },
  {
    name: "A read after the position of any event, also inside a commit, goes on with the next one",
    invariant: "order",
    run: async (scene) => {
      const store = await scene.store();
      await appendHistory(store);
      const log = await store.readAll().toArray();
      for (const [i, { position, actorId, version }] of log.entries()) {
        const rest = await store.readAll({ after: position }).toArray();
        expectEqual(coordinatesOf(rest), coordinatesOf(log.slice(i + 1)), `the log after ${actorId}@${version}`);
      }
    },
  },
  {
    name: "A position that was stored as a string continues at its place",
    invariant: "order",
    run: async (scene) => {
      const store = await scene.store();
      await appendHistory(store);
      const [, , third] = await store.readAll().toArray();
      const kept: { after: string } = JSON.parse(JSON.stringify({ after: third?.position }));
      const after = parsePosition(kept.after);
      expectEqual(after, third?.position, "the position that was kept");
      expectEqual(
        coordinatesOf(await store.readAll({ after }).toArray()),
        placesWhere(() => true).slice(3),
        "the rest",
      );
    },
  },
  {
    name: "A read after the last position is empty, and goes on with what is appended later",
    invariant: "order",
    run: async (scene) => {
      const store = await scene.store();
      const { position } = await store.append("order.1", someEvents(3), { expectedVersion: 0 });
      expectEqual(await store.readAll({ after: position }).toArray(), [], "the log after its last position");
      await appendOne(store, "order.2");
      expectEqual(
        coordinatesOf(await store.readAll({ after: position }).toArray()),
        ["order.2@1"],
        "the log after it, later",
      );
    },
  },
  {
    name: "A position beyond the end of the log is refused rather than read from",
    invariant: "order",
    run: async (scene) => {
      const store = await scene.store();
      const read = (after: Position) => store.readAll({ after }).toArray();
      await appendCommits(store, "order.1", [1, 3, 1]);
      const { position } = await appendOne(store, "order.2");
      const identity = logIdentityOf(position);
      await expectError(
        read(parsePosition(`${identity}-9007199254740991`)),
        "unknown-position",
        { namespace: scene.namespace },
        "a read far beyond the end",
      );
      const next = endOfCommit(identity, offsetOf(position) + 1);
      await expectError(
        read(next),
        "unknown-position",
        { namespace: scene.namespace },
        "a read one commit beyond the end",
      );
      const inside = toPosition(identity, offsetOf(position) + 1, 0, 2);
      await expectError(
        read(inside),
        "unknown-position",
        { namespace: scene.namespace },
        "a read from inside of a commit that is not there yet",
      );
    },
  },
  {
    name: "A limit cuts the log, also inside a commit",
    invariant: "ranges",
    run: async (scene) => {
      const store = await scene.store();
      await appendHistory(store);
      const all = placesWhere(() => true);
      for (const limit of countUp(1, all.length + 1)) {
        expectEqual(
          coordinatesOf(await store.readAll({ limit }).toArray()),
          all.slice(0, limit),
          `the log, limit ${limit}`,
        );
      }
      const [first, second] = await store.readAll({ limit: 2 }).toArray();
      const rest = await store.readAll({ after: second?.position, limit: 3 }).toArray();
      expectEqual(coordinatesOf(rest), all.slice(2, 5), "three events after the second");
      expectEqual(
        coordinatesOf(await store.readAll({ after: first?.position, limit: 1 }).toArray()),
        all.slice(1, 2),
        "one",
      );
    },
  },
  logGives("Types select the events that have one of them", [
    [{ types: ["Placed"] }, ({ type }) => type === "Placed"],
    [{ types: ["Paid", "Shipped"] }, ({ type }) => type === "Paid" || type === "Shipped"],
    [{ types: ["Placed", "Placed"] }, ({ type }) => type === "Placed"],
    [{ types: ["placed"] }, () => false],
    [{ types: ["Place"] }, () => false],
  ]),
  logGives("An actor pattern selects the events of the actors that it covers", [
    [{ actors: "order.1" }, ({ actorId }) => actorId === "order.1"],
    [{ actors: "order.*" }, ({ actorId }) => actorId === "order.1" || actorId === "order.2"],
    [{ actors: "order.>" }, ({ actorId }) => actorId.startsWith("order.")],
    [{ actors: "*.1" }, ({ actorId }) => actorId === "order.1" || actorId === "cart.1"],
    [{ actors: "order.*.*" }, ({ actorId }) => actorId === "order.1.lines"],
    [{ actors: "*.1.>" }, ({ actorId }) => actorId === "order.1.lines"],
    [{ actors: ">" }, () => true],
    [{ actors: "*" }, () => false],
    [{ actors: "order" }, () => false],
    [{ actors: "Order.1" }, () => false],
  ]),
  logGives("Types and an actor pattern together select what both select", [
    [{ types: ["Placed"], actors: "order.*" }, ({ type, actorId }) => type === "Placed" && /^order\.\d$/.test(actorId)],
    [{ types: ["Opened"], actors: "order.>" }, () => false],
    [{ types: ["Placed", "Opened"], actors: ">" }, ({ type }) => type === "Placed" || type === "Opened"],
  ]),
  {
    name: "A limit counts the events that were selected, and not those that were passed over",
    invariant: "ranges",
    run: async (scene) => {
      const store = await scene.store();
      for (const n of countUp(1, 40)) await appendOne(store, `noise.${n}`, {}, "Noise");
      await appendHistory(store);
      const rows: [ReadAllOptions, string[]][] = [
        [{ types: ["Placed"], limit: 2 }, ["order.1@1", "order.2@1"]],
        [{ types: ["Placed"], limit: 9 }, ["order.1@1", "order.2@1", "order.1.lines@1"]],
        [{ actors: "order.2", limit: 2 }, ["order.2@1", "order.2@2"]],
        [{ actors: "order.2", limit: 4 }, ["order.2@1", "order.2@2", "order.2@3", "order.2@4"]],
        [{ actors: "order.*", types: ["Shipped"], limit: 1 }, ["order.2@3"]],
      ];
      for (const [options, places] of rows) {
        const read = await store.readAll(options).toArray();
        expectEqual(coordinatesOf(read), places, `the log read with ${JSON.stringify(options)}`);
      }
    },
  },
  {
    name: "A selection goes on after the position of an event that it passes over",
    invariant: "order",
    run: async (scene) => {
      const store = await scene.store();
      await appendHistory(store);
      const log = await store.readAll().toArray();
      for (const [i, { position }] of log.entries()) {
        const read = await store.readAll({ after: position, actors: "order.*", types: ["Paid", "Returned"] }).toArray();
        const expected = log.slice(i + 1).filter(({ type }) => type === "Paid" || type === "Returned");
        expectEqual(coordinatesOf(read), coordinatesOf(expected), `what is selected after event ${i + 1} of the log`);
      }
    },
  },
  {
    name: 'Where nothing has expired, after "oldest-available" is all of the log',
    invariant: "retention",
    run: async (scene) => {
      const store = await scene.store();
      expectEqual(await store.readAll({ after: "oldest-available" }).toArray(), [], "the log of an unused namespace");
      await appendHistory(store);
      expectEqual(
        coordinatesOf(await store.readAll({ after: "oldest-available" }).toArray()),
        placesWhere(() => true),
        "the log",
      );
      expectEqual(coordinatesOf(await store.readAll({ after: "start" }).toArray()), placesWhere(() => true), "the log");
    },
  },
];

type Place = (typeof PLACES)[number];

function logGives(
  name: string,
  rows: readonly (readonly [ReadAllOptions, (place: Place) => boolean])[],
): CaseDefinition {
  return {
    name,
    invariant: "ranges",
    run: async (scene) => {
      const store = await scene.store();
      await appendHistory(store);
      for (const [options, wanted] of rows) {
        const read = await store.readAll(options).toArray();
        expectEqual(coordinatesOf(read), placesWhere(wanted), `the log read with ${JSON.stringify(options)}`);
      }
    },
  };
}

function placesWhere(wanted: (place: Place) => boolean): string[] {
  return PLACES.filter(wanted).map(({ place }) => place);
}
