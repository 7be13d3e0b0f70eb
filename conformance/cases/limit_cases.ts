import { encodeCommit } from "../../src/commits/encode_commit.ts";
import {
  MAX_ACTOR_ID_BYTES,
  MAX_DATA_DEPTH,
  MAX_EVENT_TYPE_BYTES,
  MAX_EVENTS_PER_COMMIT,
  MAX_ID_LENGTH,
  MAX_METADATA_KEY_LENGTH,
  MAX_METADATA_PAIRS,
  MAX_NAMESPACE_LENGTH,
  MAX_NAMESPACE_TOKEN_LENGTH,
  MAX_NAMESPACE_TOKENS,
  MAX_SUBJECT_TOKENS,
} from "../../src/base/limits.ts";
import type { CaseDefinition } from "../case_definition.ts";
import { expectEqual, expectError, expectThrows } from "../expect.ts";
import { appendOne, countUp, oneEvent, someEvents, versionsOf } from "../fixtures.ts";

/** A value at a limit is stored and read back unchanged. A value beyond it is refused, and nothing is stored. */
export const limitCases: readonly CaseDefinition[] = [
  {
    name: `append() stores a commit of ${MAX_EVENTS_PER_COMMIT} events, and refuses one event more`,
    invariant: "refusals",
    run: async (context) => {
      const store = await context.store();
      await expectError(
        store.append("order.1", someEvents(MAX_EVENTS_PER_COMMIT + 1), { expectedVersion: 0 }),
        "invalid-argument",
        { argument: "events" },
        "an append of one event more than the limit",
      );
      expectEqual(await store.latestVersion("order.1"), 0, "the version after the refusal");
      const { version } = await store.append("order.1", someEvents(MAX_EVENTS_PER_COMMIT), { expectedVersion: 0 });
      expectEqual(version, MAX_EVENTS_PER_COMMIT, "the version after a full commit");
      const events = await store.read("order.1").toArray();
      expectEqual(versionsOf(events), countUp(1, MAX_EVENTS_PER_COMMIT), "the versions of a full commit");
      const positions = events.map(({ position }) => position);
      expectEqual(positions, [...new Set(positions)].sort(), "the positions of a full commit");
      const { position } = events[MAX_EVENTS_PER_COMMIT - 2]!;
      const rest = await store.readAll({ after: position }).toArray();
      expectEqual(versionsOf(rest), [MAX_EVENTS_PER_COMMIT], "the log after the last event but one");
    },
  },
  {
    name: "append() stores a commit of exactly maxCommitBytes unchanged, and refuses one byte more with both sizes",
    invariant: "refusals",
    run: async (context) => {
      const backend = await context.open({ now: () => 1_767_225_600_000 });
      const store = backend.store(context.namespace);
      const maxBytes = backend.capabilities.maxCommitBytes;
      const padded = (length: number) => ({
        id: "e1",
        type: "Made",
        data: { text: "é".repeat(10) + "x".repeat(length) },
      });
      const unpadded = { timestamp: 1_767_225_600_000, events: [{ ...padded(0), schemaVersion: 1, metadata: {} }] };
      const unpaddedBytes = encodeCommit(unpadded).length;
      await expectError(
        store.append("order.1", [padded(maxBytes - unpaddedBytes + 1)], { expectedVersion: 0 }),
        "too-large",
        { bytes: maxBytes + 1, maxBytes },
        "an append of a commit that is one byte too large",
      );
      expectEqual(await store.readAll().toArray(), [], "the log after the refusal");
      const largest = padded(maxBytes - unpaddedBytes);
      await store.append("order.1", [largest], { expectedVersion: 0 });
      const [event] = await store.read("order.1").toArray();
      expectEqual(event?.data, largest.data, "the data of the largest commit");
      expectEqual((await appendOne(store, "order.1")).version, 2, "the version after the next append");
    },
  },
  {
    name: "append() counts the bytes of all events of a commit together",
    invariant: "refusals",
    run: async (context) => {
      const backend = await context.open();
      const store = backend.store(context.namespace);
      const text = "x".repeat(Math.ceil(backend.capabilities.maxCommitBytes / 50));
      const events = Array.from({ length: 51 }, () => ({ type: "Made", data: { text } }));
      await expectError(
        store.append("order.1", events, { expectedVersion: 0 }),
        "too-large",
        { maxBytes: backend.capabilities.maxCommitBytes },
        "an append of 51 events, each a fiftieth of the limit",
      );
      await store.append("order.1", events.slice(0, 45), { expectedVersion: 0 });
      expectEqual((await store.read("order.1").toArray()).length, 45, "the number of events of 45 fiftieths");
    },
  },
  {
    name: `append() accepts an actor id of ${MAX_ACTOR_ID_BYTES} bytes, and refuses one byte more`,
    invariant: "refusals",
    run: async (context) => {
      const store = await context.store();
      const longest = [
        "x".repeat(MAX_ACTOR_ID_BYTES),
        "é".repeat(MAX_ACTOR_ID_BYTES / 2),
        "=".repeat(MAX_ACTOR_ID_BYTES),
        "😀".repeat(MAX_ACTOR_ID_BYTES / 4),
        `${"x".repeat(MAX_ACTOR_ID_BYTES - 1)}y`,
      ];
      for (const [i, actorId] of longest.entries()) {
        await store.append(actorId, oneEvent({ i }), { expectedVersion: 0 });
        await refusesActor(`${actorId}x`);
      }
      for (const [i, actorId] of longest.entries()) {
        const [event] = await store.read(actorId).toArray();
        expectEqual([event?.actorId, event?.data], [actorId, { i }], "the actor and the data of a longest id");
      }
      const log = await store.readAll().toArray();
      expectEqual(log.map(({ actorId }) => actorId), longest, "the actors in the log");

      function refusesActor(actorId: string): Promise<Error> {
        const append = store.append(actorId, oneEvent(), { expectedVersion: 0 });
        return expectError(append, "invalid-actor-id", { value: actorId }, "an append to an actor id that is too long");
      }
    },
  },
  {
    name: `append() accepts an actor id of ${MAX_SUBJECT_TOKENS} tokens, and refuses one token more`,
    invariant: "refusals",
    run: async (context) => {
      const store = await context.store();
      const longest = countUp(1, MAX_SUBJECT_TOKENS).map(() => "é").join(".");
      await store.append(longest, oneEvent(), { expectedVersion: 0 });
      expectEqual((await store.read(longest).toArray()).length, 1, "the number of events of the longest id");
      const byPattern = await store.readAll({ actors: `${"*.".repeat(MAX_SUBJECT_TOKENS - 1)}>` }).toArray();
      expectEqual(byPattern.map(({ actorId }) => actorId), [longest], "the actors of the longest pattern");
      const tooLong = `${longest}.x`;
      await expectError(
        store.latestVersion(tooLong),
        "invalid-actor-id",
        { value: tooLong },
        "latestVersion of an actor id with too many tokens",
      );
      const pattern = `${"*.".repeat(MAX_SUBJECT_TOKENS)}>`;
      expectThrows(
        () => store.readAll({ actors: pattern }),
        "invalid-pattern",
        { value: pattern },
        "a pattern with too many tokens",
      );
    },
  },
  {
    name: "backend.store() accepts a namespace at each limit, and refuses a namespace beyond it",
    invariant: "refusals",
    run: async (context) => {
      const backend = await context.open();
      const start = `${context.namespace}.`;
      const accepted = [
        start + "x".repeat(MAX_NAMESPACE_TOKEN_LENGTH),
        start + countUp(2, MAX_NAMESPACE_TOKENS).map(() => "x").join("."),
        longestNamespace(start),
      ];
      for (const [i, namespace] of accepted.entries()) {
        const store = backend.store(namespace);
        await store.append("order.1", oneEvent({ i }), { expectedVersion: 0 });
        const [event] = await store.readAll().toArray();
        expectEqual([event?.namespace, event?.data], [namespace, { i }], `the event of "${namespace}"`);
      }
      const refused = [
        `${accepted[0]}x`,
        `${accepted[1]}.x`,
        `${accepted[2]}x`,
        "",
        `${context.namespace}.`,
        `.${context.namespace}`,
        `${context.namespace}..x`,
        `${context.namespace} x`,
        `${context.namespace}/x`,
        `${context.namespace}.é`,
        `${context.namespace}.*`,
        `${context.namespace}.>`,
        `${context.namespace}=2Ex`,
      ];
      for (const namespace of refused) {
        expectThrows(
          () => backend.store(namespace),
          "invalid-namespace",
          { value: namespace },
          `a store of the namespace "${namespace}"`,
        );
      }
    },
  },
  {
    name:
      `append() stores event types of ${MAX_EVENT_TYPE_BYTES} bytes and ids of ${MAX_ID_LENGTH} characters unchanged`,
    invariant: "values",
    run: async (context) => {
      const store = await context.store();
      const events = [
        { type: "x".repeat(MAX_EVENT_TYPE_BYTES), data: 1 },
        { type: "é".repeat(MAX_EVENT_TYPE_BYTES / 2), data: 2 },
        { type: 'a type, with spaces: and "quotes" / slashes', data: 3 },
        { type: "__proto__", data: 4, id: "!".repeat(MAX_ID_LENGTH) },
        { type: "constructor", data: 5, id: "~/\"'\\:;,=%" },
      ];
      const commitId = "#".repeat(MAX_ID_LENGTH);
      await store.append("order.1", events, { expectedVersion: 0, commitId });
      const read = await store.read("order.1").toArray();
      expectEqual(
        read.map(({ type, data }) => [type, data]),
        events.map(({ type, data }) => [type, data]),
        "the types",
      );
      expectEqual(read.slice(3).map(({ id }) => id), events.slice(3).map(({ id }) => id), "the ids that were given");
      expectEqual(
        new Set(read.map((event) => event.commitId)).has(commitId),
        true,
        "whether the events have the given commit id",
      );
      const again = await store.append("order.1", events, { expectedVersion: 0, commitId });
      expectEqual([again.version, again.duplicate], [5, true], "version and duplicate of the repeated append");
      const byType = await store.readAll({ types: ["__proto__", "x".repeat(MAX_EVENT_TYPE_BYTES)] }).toArray();
      expectEqual(versionsOf(byType), [1, 4], "the versions selected by types");
    },
  },
  {
    name: `append() stores metadata of ${MAX_METADATA_PAIRS} pairs unchanged`,
    invariant: "values",
    run: async (context) => {
      const store = await context.store();
      const metadata: Record<string, string> = {
        correlationId: "r-1",
        causationId: "é 😀",
        traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        tracestate: "vendor=1, other=2",
        ["k".repeat(MAX_METADATA_KEY_LENGTH)]: "",
        constructor: "x",
        "with space: and colon": "line\nbreak",
      };
      while (Object.keys(metadata).length < MAX_METADATA_PAIRS) metadata[`k${Object.keys(metadata).length}`] = "v";
      await store.append("order.1", [{ type: "Made", data: {}, metadata }, ...oneEvent()], { expectedVersion: 0 });
      const events = await store.read("order.1").toArray();
      expectEqual(events.map((event) => event.metadata), [metadata, {}], "the metadata of two events");
    },
  },
  {
    name: `append() stores data nested ${MAX_DATA_DEPTH} levels deep unchanged, and refuses one level more`,
    invariant: "values",
    run: async (context) => {
      const store = await context.store();
      const nested = (depth: number) => countUp(1, depth).reduce<unknown>((inner, n) => n % 2 ? [inner] : { inner }, 7);
      await store.append("order.1", oneEvent(nested(MAX_DATA_DEPTH)), { expectedVersion: 0 });
      const [event] = await store.read("order.1").toArray();
      expectEqual(event?.data, nested(MAX_DATA_DEPTH), "the data at the limit");
      await expectError(
        store.append("order.1", oneEvent(nested(MAX_DATA_DEPTH + 1)), { expectedVersion: 1 }),
        "invalid-event",
        {},
        "an append of data that is nested one level too deep",
      );
      expectEqual(await store.latestVersion("order.1"), 1, "the version after the refusal");
    },
  },
];

/** A namespace of the maximum length, with tokens within their limit. */
function longestNamespace(start: string): string {
  const rest = `${"x_-9".repeat(14)}.${"Y".repeat(MAX_NAMESPACE_LENGTH)}`;
  return `${start}${rest}`.slice(0, MAX_NAMESPACE_LENGTH);
}
