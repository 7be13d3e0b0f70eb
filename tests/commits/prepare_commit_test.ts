import { assert, assertEquals, assertThrows } from "@std/assert";
import { isAetherError } from "@flowmade-one/aether";
import { encodeCommit } from "../../src/commits/encode_commit.ts";
import { prepareCommit } from "../../src/commits/prepare_commit.ts";
import type { ExpectedVersion } from "../../src/values/expected_version.ts";

let ids = 0;
const settings = { now: () => 1_767_225_600_000, newId: () => `id-${++ids}`, maxCommitBytes: 1_000_000 };
const made = { type: "Made", data: null };

function prepare(events: unknown, expected: ExpectedVersion = 0, commitId?: unknown, maxCommitBytes = 1_000_000) {
  return prepareCommit("a", events as unknown[], expected, commitId as string, { ...settings, maxCommitBytes });
}

Deno.test("prepareCommit() returns the given events with ids and one time", () => {
  ids = 0;
  const commit = prepare([{ type: "Made", data: { n: 1 } }, {
    type: "Sold",
    data: 2,
    id: "mine",
    metadata: { by: "x" },
  }], 3);
  assertEquals(commit, {
    actorId: "a",
    expectedVersion: 3,
    id: "id-2",
    timestamp: 1_767_225_600_000,
    events: [
      { id: "id-1", type: "Made", schemaVersion: 1, data: { n: 1 }, metadata: {} },
      { id: "mine", type: "Sold", schemaVersion: 1, data: 2, metadata: { by: "x" } },
    ],
  });
  assert(commit.events.every(({ data, metadata }) => Object.isFrozen(data) && Object.isFrozen(metadata)));
});

const acceptedEvents: [event: unknown, reason: string][] = [
  [made, "type and data"],
  [{ ...made, id: "x".repeat(128) }, "an id of 128 characters"],
  [{ ...made, id: "!~" }, "an id of visible ASCII"],
  [{ ...made, id: undefined, metadata: undefined }, "an id and metadata that are undefined"],
  [{ ...made, type: "a b.c*>é😀" }, "a type with anything but control characters"],
  [{ ...made, type: "t".repeat(200) }, "a type of 200 bytes"],
  [{ ...made, type: "__proto__" }, "a type that is a property name of objects"],
  [{ ...made, schemaVersion: undefined }, "a schema version that is undefined"],
  [{ ...made, schemaVersion: 1 }, "the schema version 1"],
  [{ ...made, schemaVersion: 65_535 }, "the greatest schema version"],
  [{ ...made, version: 3, position: "x", namespace: "other", timestamp: 1 }, "the fields of an event that was read"],
];

const refusedEvents: [event: unknown, path: string, reason: string][] = [
  [{ ...made, schemaVersion: 0 }, "events[0].schemaVersion", "the schema version 0"],
  [{ ...made, schemaVersion: 65_536 }, "events[0].schemaVersion", "a schema version above the greatest"],
  [{ ...made, schemaVersion: 1.5 }, "events[0].schemaVersion", "a schema version that is no whole number"],
  [{ ...made, schemaVersion: "2" }, "events[0].schemaVersion", "a schema version that is a string"],
  [{ ...made, schemaVersion: null }, "events[0].schemaVersion", "a schema version that is null"],
  [undefined, "events[0]", "undefined in its place"],
  [null, "events[0]", "null in its place"],
  ["Made", "events[0]", "a string in its place"],
  [{ data: null }, "events[0].type", "no type"],
  [{ ...made, type: "" }, "events[0].type", "an empty type"],
  [{ ...made, type: 7 }, "events[0].type", "a number as type"],
  [{ ...made, type: "a\nb" }, "events[0].type", "a line break in the type"],
  [{ ...made, type: "a\u0085b" }, "events[0].type", "another control character in the type"],
  [{ ...made, type: "\ud800" }, "events[0].type", "a lone surrogate in the type"],
  [{ ...made, type: "t".repeat(201) }, "events[0].type", "a type one byte too long"],
  [{ ...made, type: `${"é".repeat(100)}t` }, "events[0].type", "a type one byte too long, in 101 characters"],
  [{ ...made, id: "" }, "events[0].id", "an empty id"],
  [{ ...made, id: "a b" }, "events[0].id", "a space in the id"],
  [{ ...made, id: "é" }, "events[0].id", "a letter outside of ASCII in the id"],
  [{ ...made, id: null }, "events[0].id", "null as id"],
  [{ ...made, id: "x".repeat(129) }, "events[0].id", "an id one character too long"],
  [{ type: "Made" }, "events[0].data", "no data"],
  [{ ...made, data: { when: new Date() } }, "events[0].data.when", "data that is not JSON"],
  [{ ...made, metadata: { n: 1 } }, "events[0].metadata", "a number in the metadata"],
];

for (const [event, reason] of acceptedEvents) {
  Deno.test(`prepareCommit() accepts an event with ${reason}`, () => assertEquals(prepare([event]).events.length, 1));
}

for (const [event, path, reason] of refusedEvents) {
  Deno.test(`prepareCommit() refuses an event with ${reason}`, () => {
    const error = assertThrows(() => prepare([event]));
    assertEquals(isAetherError(error, "invalid-event") && error.path, path);
  });
}

Deno.test("prepareCommit() names the index of an invalid event", () => {
  const error = assertThrows(() => prepare([made, made, { type: "Made", data: [NaN] }]));
  assertEquals(isAetherError(error, "invalid-event") && error.path, "events[2].data[0]");
});

const refused: [events: unknown, expected: ExpectedVersion, commitId: unknown, argument: string, reason: string][] = [
  [[], 0, undefined, "events", "no events"],
  [Array(1_001).fill(made), 0, undefined, "events", "1,001 events"],
  [made, 0, undefined, "events", "an event that is not in an array"],
  [undefined, 0, undefined, "events", "undefined as events"],
  [new Set([made]), 0, undefined, "events", "a Set of events"],
  [[made], 0, "", "commitId", "an empty commit id"],
  [[made], 0, "a b", "commitId", "a space in the commit id"],
  [[made], 0, "a\r\nNats-Rollup: all", "commitId", "a commit id that would add a header"],
  [[made], 0, "x".repeat(129), "commitId", "a commit id one character too long"],
  [[made], 0, 7, "commitId", "a number as commit id"],
  [[made], 0, null, "commitId", "null as commit id"],
  [[made], "any", "c", "commitId", 'a commit id and the expected version "any"'],
  [[made], "exists", "c", "commitId", 'a commit id and the expected version "exists"'],
];

for (const [events, expected, commitId, argument, reason] of refused) {
  Deno.test(`prepareCommit() refuses a commit with ${reason}`, () => {
    const error = assertThrows(() => prepare(events, expected, commitId));
    assertEquals(isAetherError(error, "invalid-argument") && error.argument, argument);
  });
}

Deno.test("prepareCommit() accepts 1,000 events and a commit id of 128 characters", () => {
  const commit = prepare(Array(1_000).fill(made), 0, "x".repeat(128));
  assertEquals([commit.events.length, commit.id.length], [1_000, 128]);
});

const texts: [input: string, reason: string][] = [
  ["x", "one byte a character"],
  ["é", "two bytes a character"],
  ["€", "three bytes a character"],
  ["\u0001", "six bytes a character, as JSON writes control characters"],
  ['"', "two bytes a character, as JSON writes quotes"],
];

for (const [input, reason] of texts) {
  Deno.test(`prepareCommit() accepts a commit with the limit of bytes, and refuses one more: ${reason}`, () => {
    const event = { type: "Made", data: input.repeat(500), id: "i" };
    const { length: bytes } = encodeCommit(prepare([event]));
    assertEquals(prepare([event], 0, undefined, bytes).events.length, 1);
    const error = assertThrows(
      () => prepare([event], 0, undefined, bytes - 1),
      Error,
      `${bytes} bytes, and the limit is ${bytes - 1}`,
    );
    assertEquals(isAetherError(error, "too-large") && [error.bytes, error.maxBytes], [bytes, bytes - 1]);
  });
}

Deno.test("prepareCommit() estimates at least the encoded bytes", () => {
  // The envelope at its largest: every field at its limit, in characters that JSON writes longest.
  const event = {
    type: "\u2028".repeat(66),
    id: '"'.repeat(128),
    data: "\u0001".repeat(10),
    metadata: { ["\u0001".repeat(9)]: "\\" },
  };
  const events = Array(1_000).fill(event);
  const { length: bytes } = encodeCommit(prepare(events));
  const error = assertThrows(() => prepare(events, 0, undefined, bytes - 1));
  assert(isAetherError(error, "too-large"));
});

const hostile: [events: unknown, reason: string][] = [
  [[{
    get type(): string {
      throw new RangeError("no");
    },
    data: null,
  }], "an accessor that throws"],
  [[{ type: "Made", data: null, metdata: { by: "x" } }], "a misspelt field"],
];

for (const [events, reason] of hostile) {
  Deno.test(`prepareCommit() refuses an event with ${reason}`, () => {
    assert(isAetherError(assertThrows(() => prepare(events)), "invalid-event"));
  });
}

Deno.test("prepareCommit() reads the number of events once", () => {
  let looks = 0;
  const changing = new Proxy([made], {
    get: (target, key) => key === "length" ? (looks++ === 0 ? 1 : 3_000) : Reflect.get(target, key) ?? made,
  });
  assertEquals(prepare(changing).events.length, 1);
});

const badTimes: unknown[] = [NaN, Infinity, 1.5, "1", new Date(), undefined, 2 ** 60];
for (const time of badTimes) {
  Deno.test(`prepareCommit() refuses the time ${String(time)}`, () => {
    const now = () => time as number;
    const error = assertThrows(() => prepareCommit("a", [made], 0, undefined, { ...settings, now }));
    assertEquals(isAetherError(error, "invalid-argument") && error.argument, "now");
  });
}

for (const id of ["x\r\ny", "", 7, undefined]) {
  Deno.test(`prepareCommit() refuses the id ${JSON.stringify(id)} of newId`, () => {
    const newId = () => id as string;
    for (const event of [{ ...made, id: "mine" }, made]) {
      const error = assertThrows(() => prepareCommit("a", [event], 0, undefined, { ...settings, newId }));
      assertEquals(isAetherError(error, "invalid-argument") && error.argument, "newId");
    }
  });
}
