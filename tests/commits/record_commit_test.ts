import { assert, assertEquals } from "@std/assert";
import { parseNamespace } from "@flowmade-one/aether";
import { recordCommit } from "@flowmade-one/aether/adapter";
import { toPosition } from "../../src/values/position.ts";

Deno.test("recordCommit() returns events with consecutive versions, rising positions and the fields of their commit", () => {
  const log = { namespace: parseNamespace("ns"), identity: "3f9c0a1b2c4d" };
  const data = Object.freeze({ n: 1 });
  const event = { id: "e", type: "Made", schemaVersion: 2, data, metadata: {} };
  const commit = { actorId: "a", id: "c", timestamp: 5, events: [event, event, event] };
  const events = recordCommit(log, commit, 8, 42);
  assertEquals(events.map(({ version }) => version), [8, 9, 10]);
  assertEquals(events.map(({ position }) => position), [0, 1, 2].map((i) => toPosition(log.identity, 42, i, 3)));
  for (const { namespace, actorId, commitId, timestamp, schemaVersion } of events) {
    assertEquals([namespace, actorId, commitId, timestamp, schemaVersion], ["ns", "a", "c", 5, 2]);
  }
  assert(
    events.every((event) => Object.isFrozen(event) && event.data === data),
    "frozen, and the data not copied again",
  );
  assert(!Object.isFrozen(events), "the array is the caller's");
  const withoutFirst = recordCommit(log, { ...commit, events: [event, event] }, 8, 42, 1);
  assertEquals(withoutFirst, events.slice(1), "the first event was left out");
});
