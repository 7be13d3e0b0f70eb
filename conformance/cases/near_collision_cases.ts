import type { CaseDefinition } from "../case_definition.ts";
import { expectEqual } from "../expect.ts";
import { SubscriptionRecorder } from "../subscription_recorder.ts";
import { appendOne, oneEvent, someEvents } from "../fixtures.ts";
import type { CaseContext } from "../case_context.ts";

/**
 * Names that a storage could confuse if it ignored case, encoded names ambiguously, or compared only a prefix. Each
 * operation runs a different number of times for each name, and each name must show only its own number.
 */
export const nearCollisionCases: readonly CaseDefinition[] = [
  {
    name: "readAll() and latestVersion() keep namespaces with similar names apart",
    invariant: "isolation",
    run: async (context) => {
      const backend = await context.open();
      const stores = similarNamespaces(context).map((name) => backend.store(name));
      for (const [i, store] of stores.entries()) {
        const { version } = await store.append("order.1", someEvents(i + 1, store.namespace), { expectedVersion: 0 });
        expectEqual(version, i + 1, `the version of the first append in "${store.namespace}"`);
      }
      for (const [i, store] of stores.entries()) {
        expectEqual(await store.latestVersion("order.1"), i + 1, `the version in "${store.namespace}"`);
        const log = await store.readAll().toArray();
        const expected = Array.from({ length: i + 1 }, () => [store.namespace, store.namespace]);
        expectEqual(log.map(({ namespace, type }) => [namespace, type]), expected, `the log of "${store.namespace}"`);
      }
    },
  },
  {
    name: "subscribe() keeps namespaces with similar names apart",
    invariant: "isolation",
    run: async (context) => {
      const backend = await context.open();
      const stores = similarNamespaces(context).map((name) => backend.store(name));
      const followed = stores.map((store) =>
        new SubscriptionRecorder(context, store.subscribe(), `the subscription of "${store.namespace}"`)
      );
      for (const store of stores) await appendOne(store, "order.1", store.namespace);
      for (const store of stores.toReversed()) await appendOne(store, "order.1", store.namespace);
      for (const [i, { namespace }] of stores.entries()) {
        const events = await followed[i]!.until(2);
        expectEqual(
          events.map(({ data }) => data),
          [namespace, namespace],
          `the events that the subscription of "${namespace}" returned`,
        );
      }
    },
  },
  {
    name: "append() and snapshots keep namespaces with similar names apart",
    invariant: "isolation",
    run: async (context) => {
      const backend = await context.open();
      const stores = similarNamespaces(context).map((name) => backend.store(name));
      for (const [i, { namespace, snapshots }] of stores.entries()) {
        await snapshots.put("order.1", { version: i + 1, schema: i, eventId: `e${i}`, state: namespace });
      }
      for (const store of stores) {
        const options = { expectedVersion: 0, commitId: "c1" };
        const { duplicate } = await store.append("order.1", oneEvent(), options);
        expectEqual(duplicate, false, `duplicate of the first append in "${store.namespace}"`);
      }
      for (const [i, { namespace, snapshots }] of stores.entries()) {
        const expected = { version: i + 1, schema: i, eventId: `e${i}`, state: namespace };
        expectEqual(await snapshots.latest("order.1"), expected, `the snapshot in "${namespace}"`);
      }
    },
  },
  {
    name: "read() and latestVersion() keep actors with similar ids apart",
    invariant: "versions",
    run: async (context) => {
      const store = await context.store();
      for (const [i, actorId] of SIMILAR_ACTORS.entries()) {
        const { version } = await store.append(actorId, someEvents(i % 3 + 1, `T${i}`), { expectedVersion: 0 });
        expectEqual(version, i % 3 + 1, `the version of the first append to "${actorId}"`);
      }
      for (const [i, actorId] of SIMILAR_ACTORS.entries()) {
        expectEqual(await store.latestVersion(actorId), i % 3 + 1, `the version of "${actorId}"`);
        const events = await store.read(actorId).toArray();
        const expected = Array.from({ length: i % 3 + 1 }, (_, k) => [actorId, `T${i}`, k + 1]);
        expectEqual(events.map(({ actorId, type, version }) => [actorId, type, version]), expected, `"${actorId}"`);
      }
      const log = await store.readAll().toArray();
      const actors = log.map(({ actorId }) => actorId).filter((actorId, i, all) => actorId !== all[i - 1]);
      expectEqual(actors, SIMILAR_ACTORS, "the actors along the log");
    },
  },
  {
    name: "readAll() with an actor id as the pattern returns no event of an actor with a similar id",
    invariant: "ranges",
    run: async (context) => {
      const store = await context.store();
      for (const actorId of SIMILAR_ACTORS) await appendOne(store, actorId);
      for (const actorId of SIMILAR_ACTORS) {
        const read = await store.readAll({ actors: actorId }).toArray();
        expectEqual(
          read.map((event) => event.actorId),
          [actorId],
          `the actors of the log read with actors "${actorId}"`,
        );
      }
      const rows: [pattern: string, actors: readonly string[]][] = [
        ["a.*", SIMILAR_ACTORS.filter((id) => /^a\.[^.]+$/.test(id))],
        ["a.>", SIMILAR_ACTORS.filter((id) => id.startsWith("a."))],
        ["*", SIMILAR_ACTORS.filter((id) => !id.includes("."))],
        ["*.b", SIMILAR_ACTORS.filter((id) => /^[^.]+\.b$/.test(id))],
        [">", SIMILAR_ACTORS],
      ];
      for (const [pattern, actors] of rows) {
        const read = await store.readAll({ actors: pattern }).toArray();
        expectEqual(read.map(({ actorId }) => actorId), actors, `the actors of the log read with actors "${pattern}"`);
      }
    },
  },
  {
    name: "subscribe() and snapshots keep actors with similar ids apart",
    invariant: "isolation",
    run: async (context) => {
      const store = await context.store();
      const followed = SIMILAR_ACTORS.map((actors) =>
        new SubscriptionRecorder(context, store.subscribe({ actors }), `the subscription to "${actors}"`)
      );
      for (const [i, actorId] of SIMILAR_ACTORS.entries()) {
        await appendOne(store, actorId);
        await store.snapshots.put(actorId, { version: i + 1, schema: 0, eventId: "e", state: actorId });
      }
      for (const actorId of SIMILAR_ACTORS) await appendOne(store, actorId);
      for (const [i, actorId] of SIMILAR_ACTORS.entries()) {
        const events = await followed[i]!.until(2);
        const coordinates = events.map((event) => [event.actorId, event.version]);
        expectEqual(
          coordinates,
          [[actorId, 1], [actorId, 2]],
          `the events that the subscription to "${actorId}" returned`,
        );
        const snapshot = await store.snapshots.latest(actorId);
        expectEqual([snapshot?.state, snapshot?.version], [actorId, i + 1], `the snapshot of "${actorId}"`);
      }
    },
  },
];

function similarNamespaces({ namespace: a }: CaseContext): string[] {
  return [
    a,
    a.toUpperCase(),
    `${a}.b`,
    `${a}_b`,
    `${a}-b`,
    `${a}b`,
    `${a}.B`,
    `${a.toUpperCase()}.b`,
    `${a}.b.c`,
    `${a}_b.c`,
    `${a}.b_c`,
    `${a}_b_c`,
    `${a}__b`,
    `${a}-2Eb`,
    `${a}2Eb`,
    `${a}.events`,
    `${a}_events`,
    `${a}_snapshots`,
    `${a}_heads`,
    `b.${a}`,
  ];
}

const SIMILAR_ACTORS: readonly string[] = [
  "a",
  "a.b",
  "a=2Eb",
  "a%2Eb",
  "a%2eb",
  "a/b",
  "a\\b",
  "a_b",
  "a-b",
  "ab",
  "a.B",
  "A.b",
  "a.b.c",
  "a=b",
  "a==b",
  "é",
  "e\u0301",
  "=C3=A9",
  "%C3%A9",
  "_",
  "__",
  "-",
  "=",
  "$JS",
  "$JS.API",
  "_INBOX.x",
  "😀",
  "\u{1F600}\ufe0f",
  "__proto__",
  "constructor",
  "a:b",
  "a,b",
  'a"b',
  "0",
  "00",
  "0.0",
];
