import { endOfCommit, logIdentityOf, offsetOf, parsePosition, toPosition } from "../../src/values/position.ts";
import type { Position } from "../../src/base/position.ts";
import type { ReadAllOptions } from "../../src/store/options.ts";
import type { CaseDefinition } from "../case_definition.ts";
import { appendHistory, HISTORY } from "../history.ts";
import { expectEqual, expectError, expectTrue } from "../expect.ts";
import { appendCommits, appendOne, coordinatesOf, countUp, someEvents } from "../fixtures.ts";

/** The events of the history in the order of the log, each with its coordinates `actor@version`. */
const HISTORY_EVENTS = HISTORY.flatMap(([actorId, types], i) => {
  const earlier = HISTORY.slice(0, i).filter(([other]) => other === actorId).flatMap(([, types]) => types).length;
  return types.map((type, k) => ({ coordinates: `${actorId}@${earlier + k + 1}`, actorId, type }));
});

/** The log of a namespace: its order, its positions, and selections from it. */
export const logCases: readonly CaseDefinition[] = [
  {
    name: "readAll() returns all events of the namespace in the order of their appends",
    invariant: "order",
    run: async (context) => {
      const store = await context.store();
      await appendHistory(store);
      const log = await store.readAll().toArray();
      expectEqual(coordinatesOf(log), coordinatesWhere(() => true), "the events of the log");
      expectEqual(log.map(({ type }) => type), HISTORY_EVENTS.map(({ type }) => type), "the types of the events");
      expectTrue(
        log.every(({ namespace }) => namespace === context.namespace),
        "every event has the namespace of the store",
      );
    },
  },
  {
    name: "readAll() returns positions that rise in string order, one for each event",
    invariant: "order",
    run: async (context) => {
      const store = await context.store();
      const returned = await appendHistory(store);
      // Enough commits for an offset with more digits than the first offsets.
      for (const n of countUp(1, 120)) returned.push((await appendOne(store, `many.${n}`)).position);
      const positions = (await store.readAll().toArray()).map(({ position }) => position);
      expectEqual(positions, [...new Set(positions)].sort(), "the positions along the log");
      expectEqual(returned, [...returned].sort(), "the positions that the appends returned");
      expectTrue(
        returned.every((position) => positions.includes(position)),
        "each append returned the position of an event",
      );
      expectEqual(new Set(positions.map(({ length }) => length)).size, 1, "the number of lengths of positions");
    },
  },
  {
    name: "read() and readAll() return equal events",
    invariant: "order",
    run: async (context) => {
      const store = await context.store();
      await appendHistory(store);
      const log = await store.readAll().toArray();
      for (const actorId of new Set(HISTORY_EVENTS.map((event) => event.actorId))) {
        const ofActor = log.filter((event) => event.actorId === actorId);
        expectEqual(await store.read(actorId).toArray(), ofActor, `"${actorId}" read as an actor, and from the log`);
      }
    },
  },
  {
    name: "readAll() returns no events in an unused namespace",
    invariant: "order",
    run: async (context) => {
      const store = await context.store();
      expectEqual(await store.readAll().toArray(), [], "the log of an unused namespace");
      expectEqual(await store.readAll({ limit: 1, types: ["Made"], actors: ">" }).toArray(), [], "the same, filtered");
    },
  },
  {
    name: "readAll() after any position continues with the next event, even if the position is inside a commit",
    invariant: "order",
    run: async (context) => {
      const store = await context.store();
      await appendHistory(store);
      const log = await store.readAll().toArray();
      for (const [i, { position, actorId, version }] of log.entries()) {
        const rest = await store.readAll({ after: position }).toArray();
        expectEqual(coordinatesOf(rest), coordinatesOf(log.slice(i + 1)), `the log after ${actorId}@${version}`);
      }
    },
  },
  {
    name: "readAll() accepts a position that was stored as a string",
    invariant: "order",
    run: async (context) => {
      const store = await context.store();
      await appendHistory(store);
      const [, , third] = await store.readAll().toArray();
      const kept: { after: string } = JSON.parse(JSON.stringify({ after: third?.position }));
      const after = parsePosition(kept.after);
      expectEqual(after, third?.position, "the position that was stored");
      expectEqual(
        coordinatesOf(await store.readAll({ after }).toArray()),
        coordinatesWhere(() => true).slice(3),
        "the events after the third event",
      );
    },
  },
  {
    name: "readAll() after the last position returns no events, and later the new events",
    invariant: "order",
    run: async (context) => {
      const store = await context.store();
      const { position } = await store.append("order.1", someEvents(3), { expectedVersion: 0 });
      expectEqual(await store.readAll({ after: position }).toArray(), [], "the log after its last position");
      await appendOne(store, "order.2");
      expectEqual(
        coordinatesOf(await store.readAll({ after: position }).toArray()),
        ["order.2@1"],
        "the log after its former end, later",
      );
    },
  },
  {
    name: "readAll() refuses a position beyond the end of the log",
    invariant: "order",
    run: async (context) => {
      const store = await context.store();
      const read = (after: Position) => store.readAll({ after }).toArray();
      await appendCommits(store, "order.1", [1, 3, 1]);
      const { position } = await appendOne(store, "order.2");
      const identity = logIdentityOf(position);
      await expectError(
        read(parsePosition(`${identity}-9007199254740991`)),
        "unknown-position",
        { namespace: context.namespace },
        "a read far beyond the end",
      );
      const next = endOfCommit(identity, offsetOf(position) + 1);
      await expectError(
        read(next),
        "unknown-position",
        { namespace: context.namespace },
        "a read one commit beyond the end",
      );
      const inside = toPosition(identity, offsetOf(position) + 1, 0, 2);
      await expectError(
        read(inside),
        "unknown-position",
        { namespace: context.namespace },
        "a read from inside of a commit that does not exist yet",
      );
    },
  },
  {
    name: "readAll() with a limit cuts the log, even inside a commit",
    invariant: "ranges",
    run: async (context) => {
      const store = await context.store();
      await appendHistory(store);
      const all = coordinatesWhere(() => true);
      for (const limit of countUp(1, all.length + 1)) {
        expectEqual(
          coordinatesOf(await store.readAll({ limit }).toArray()),
          all.slice(0, limit),
          `the log, limit ${limit}`,
        );
      }
      const [first, second] = await store.readAll({ limit: 2 }).toArray();
      const rest = await store.readAll({ after: second?.position, limit: 3 }).toArray();
      expectEqual(coordinatesOf(rest), all.slice(2, 5), "three events after the second event");
      expectEqual(
        coordinatesOf(await store.readAll({ after: first?.position, limit: 1 }).toArray()),
        all.slice(1, 2),
        "one event after the first event",
      );
    },
  },
  logReturns("readAll() with types returns the events of these types", [
    [{ types: ["Placed"] }, ({ type }) => type === "Placed"],
    [{ types: ["Paid", "Shipped"] }, ({ type }) => type === "Paid" || type === "Shipped"],
    [{ types: ["Placed", "Placed"] }, ({ type }) => type === "Placed"],
    [{ types: ["placed"] }, () => false],
    [{ types: ["Place"] }, () => false],
  ]),
  logReturns("readAll() with an actor pattern returns the events of the actors that it covers", [
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
  logReturns("readAll() with types and an actor pattern returns the events that both select", [
    [{ types: ["Placed"], actors: "order.*" }, ({ type, actorId }) => type === "Placed" && /^order\.\d$/.test(actorId)],
    [{ types: ["Opened"], actors: "order.>" }, () => false],
    [{ types: ["Placed", "Opened"], actors: ">" }, ({ type }) => type === "Placed" || type === "Opened"],
  ]),
  {
    name: "readAll() with a filter and a limit counts only the selected events",
    invariant: "ranges",
    run: async (context) => {
      const store = await context.store();
      for (const n of countUp(1, 40)) await appendOne(store, `noise.${n}`, {}, "Noise");
      await appendHistory(store);
      const rows: [ReadAllOptions, string[]][] = [
        [{ types: ["Placed"], limit: 2 }, ["order.1@1", "order.2@1"]],
        [{ types: ["Placed"], limit: 9 }, ["order.1@1", "order.2@1", "order.1.lines@1"]],
        [{ actors: "order.2", limit: 2 }, ["order.2@1", "order.2@2"]],
        [{ actors: "order.2", limit: 4 }, ["order.2@1", "order.2@2", "order.2@3", "order.2@4"]],
        [{ actors: "order.*", types: ["Shipped"], limit: 1 }, ["order.2@3"]],
      ];
      for (const [options, coordinates] of rows) {
        const read = await store.readAll(options).toArray();
        expectEqual(coordinatesOf(read), coordinates, `the log read with ${JSON.stringify(options)}`);
      }
    },
  },
  {
    name: "readAll() with a filter continues after the position of an unselected event",
    invariant: "order",
    run: async (context) => {
      const store = await context.store();
      await appendHistory(store);
      const log = await store.readAll().toArray();
      for (const [i, { position }] of log.entries()) {
        const read = await store.readAll({ after: position, actors: "order.*", types: ["Paid", "Returned"] }).toArray();
        const expected = log.slice(i + 1).filter(({ type }) => type === "Paid" || type === "Returned");
        expectEqual(
          coordinatesOf(read),
          coordinatesOf(expected),
          `the events selected after event ${i + 1} of the log`,
        );
      }
    },
  },
  {
    name: 'readAll() after "oldest-available" returns the whole log if no commit has expired',
    invariant: "retention",
    run: async (context) => {
      const store = await context.store();
      expectEqual(await store.readAll({ after: "oldest-available" }).toArray(), [], "the log of an unused namespace");
      await appendHistory(store);
      expectEqual(
        coordinatesOf(await store.readAll({ after: "oldest-available" }).toArray()),
        coordinatesWhere(() => true),
        "the log",
      );
      expectEqual(
        coordinatesOf(await store.readAll({ after: "start" }).toArray()),
        coordinatesWhere(() => true),
        "the log",
      );
    },
  },
];

type HistoryEvent = (typeof HISTORY_EVENTS)[number];

function logReturns(
  name: string,
  rows: readonly (readonly [ReadAllOptions, (event: HistoryEvent) => boolean])[],
): CaseDefinition {
  return {
    name,
    invariant: "ranges",
    run: async (context) => {
      const store = await context.store();
      await appendHistory(store);
      for (const [options, wanted] of rows) {
        const read = await store.readAll(options).toArray();
        expectEqual(coordinatesOf(read), coordinatesWhere(wanted), `the log read with ${JSON.stringify(options)}`);
      }
    },
  };
}

function coordinatesWhere(wanted: (event: HistoryEvent) => boolean): string[] {
  return HISTORY_EVENTS.filter(wanted).map(({ coordinates }) => coordinates);
}
