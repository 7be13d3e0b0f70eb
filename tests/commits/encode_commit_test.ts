import { assert, assertEquals, assertThrows } from "@std/assert";
import { decodeCommit, encodeCommit, fromCommitJson, parseCommit, stringifyCommit } from "@flowmade-one/aether/adapter";

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const bytes = (value: string) => new TextEncoder().encode(value);

Deno.test("encodeCommit() writes the fixed JSON form", () => {
  const commit = {
    timestamp: 1_767_225_600_000,
    events: [
      { id: "e1", type: "Placed", schemaVersion: 1, data: { sku: "é", n: 1.5, none: null }, metadata: {} },
      { id: "e2", type: "Shipped", schemaVersion: 1, data: [], metadata: { correlationId: "r1" } },
      { id: "e3", type: "Shipped", schemaVersion: 2, data: 0, metadata: {} },
      { id: "e4", type: "Shipped", schemaVersion: 65_535, data: 0, metadata: { a: "b" } },
    ],
  };
  assertEquals(
    text(encodeCommit(commit)),
    '{"time":1767225600000,"events":[{"id":"e1","type":"Placed","data":{"sku":"é","n":1.5,"none":null}},' +
      '{"id":"e2","type":"Shipped","data":[],"metadata":{"correlationId":"r1"}},' +
      '{"id":"e3","type":"Shipped","v":2,"data":0},{"id":"e4","type":"Shipped","v":65535,"data":0,"metadata":{"a":"b"}}]}',
  );
  const decoded = decodeCommit(encodeCommit(commit));
  assertEquals(decoded, commit);
  assert(decoded.events.every(({ data, metadata }) => Object.isFrozen(data) && Object.isFrozen(metadata)));
  for (const skip of [0, 1, 3, 4, 5]) {
    assertEquals(decodeCommit(encodeCommit(commit), skip), { ...commit, events: commit.events.slice(skip) });
  }
});

Deno.test("stringifyCommit() returns the JSON form as a string, and parseCommit() returns the frozen commit", () => {
  const commit = {
    timestamp: 1,
    events: [
      { id: "e1", type: "Placed", schemaVersion: 3, data: { sku: "é", deep: [1] }, metadata: { correlationId: "r1" } },
    ],
  };
  assertEquals(stringifyCommit(commit), text(encodeCommit(commit)));
  const parsed = parseCommit(stringifyCommit(commit));
  assertEquals(parsed, commit);
  assert(parsed.events.every(({ data, metadata }) => Object.isFrozen(data) && Object.isFrozen(metadata)));
});

Deno.test("decodeCommit() accepts an encoded replacement character and refuses damaged UTF-8", () => {
  const [before, after] = ['{"time":1,"events":[{"id":"a","type":"b","data":"', '"}]}'];
  assertEquals(decodeCommit(bytes(`${before}\ufffd${after}`)).events[0]?.data, "\ufffd");
  const damaged = Uint8Array.from([...bytes(before), 0xc3, ...bytes(after)]);
  assertThrows(() => decodeCommit(damaged), TypeError, "not JSON in UTF-8");
});

/** A commit in its JSON form with one event, some of whose members differ. */
function commitOf(members: object, commit: object = {}): string {
  return JSON.stringify({ time: 1, events: [{ id: "a", type: "b", data: 0, ...members }], ...commit });
}

function eventsOf(count: number): object[] {
  return Array.from({ length: count }, () => ({ id: "a", type: "b", data: 0 }));
}

function pairsOf(count: number): object {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, "v"]));
}

/** Data nested in a number of arrays. */
function nested(levels: number): string {
  return `{"time":1,"events":[{"id":"a","type":"b","data":${"[".repeat(levels)}${"]".repeat(levels)}}]}`;
}

const accepted: [title: string, body: string][] = [
  ["1,000 events", commitOf({}, { events: eventsOf(1_000) })],
  ["the earliest time", commitOf({}, { time: Number.MIN_SAFE_INTEGER })],
  ["the latest time", commitOf({}, { time: Number.MAX_SAFE_INTEGER })],
  ["a time with an exponent", '{"time":1e3,"events":[{"id":"a","type":"b","data":0}]}'],
  ["an id of 128 characters", commitOf({ id: "~".repeat(128) })],
  ["a type of 200 bytes", commitOf({ type: "é".repeat(100) })],
  ["a type with a space", commitOf({ type: "order placed" })],
  ["the schema version 1", commitOf({ v: 1 })],
  ["the greatest schema version", commitOf({ v: 65_535 })],
  ["members whose names begin with an underscore", commitOf({ _: 1, _new: { a: 1 } }, { _hint: "x" })],
  ["data null", commitOf({ data: null })],
  ["data of 100 levels", nested(100)],
  ["an escaped control character", '{"time":1,"events":[{"id":"a","type":"b","data":"\\u0000"}]}'],
  ["an escaped surrogate pair", '{"time":1,"events":[{"id":"a","type":"b","data":"\\ud83d\\ude00"}]}'],
  ["a value that names __proto__", commitOf({ data: "__proto__" })],
  ["empty metadata", commitOf({ metadata: {} })],
  ["64 pairs of metadata", commitOf({ metadata: pairsOf(64) })],
  ["a key of metadata of 128 characters", commitOf({ metadata: { ["k".repeat(128)]: "" } })],
];

for (const [title, body] of accepted) {
  Deno.test(`decodeCommit() accepts a commit with ${title}`, () => {
    const commit = decodeCommit(bytes(body));
    assertEquals(parseCommit(body), commit);
    assertEquals(fromCommitJson(JSON.parse(body)), commit);
    assertEquals(decodeCommit(encodeCommit(commit)), commit);
  });
}

const refused: [body: string | Uint8Array, message: string][] = [
  ["", "not JSON"],
  ["{", "not JSON"],
  [new Uint8Array([0x22, 0xff, 0x22]), "not JSON in UTF-8"],
];

for (const [body, message] of refused) {
  Deno.test(`decodeCommit() refuses a commit if ${message}: ${body}`, () => {
    assertThrows(() => decodeCommit(typeof body === "string" ? bytes(body) : body), TypeError, message);
    if (typeof body === "string") assertThrows(() => parseCommit(body), TypeError, message);
  });
}

const wrong: [body: string, message: string][] = [
  ["null", "a commit is not an object"],
  ["7", "a commit is not an object"],
  ["[]", "a commit is not an object"],
  ['{"events":[]}', "time is not a whole number"],
  [commitOf({}, { time: "1" }), "time is not a whole number"],
  [commitOf({}, { time: 1.5 }), "time is not a whole number"],
  [commitOf({}, { time: 2 ** 53 }), "time is not a whole number"],
  ['{"time":1e400,"events":[{"id":"a","type":"b","data":0}]}', "time is not a whole number"],
  ['{"time":1}', "no events"],
  ['{"time":1,"events":{}}', "no events"],
  ['{"time":1,"events":[]}', "no events"],
  [commitOf({}, { events: eventsOf(1_001) }), "it has 1001 events, 1000 at most"],
  ['{"time":1,"events":[null]}', "events[0] is not an object"],
  ['{"time":1,"events":[[]]}', "events[0] is not an object"],
  [commitOf({}, { events: [...eventsOf(1), { type: "b", data: 0 }] }), "events[1].id"],
  [commitOf({ id: 7 }), "events[0].id must be a string"],
  [commitOf({ id: "" }), "events[0].id"],
  [commitOf({ id: "a b" }), "events[0].id"],
  [commitOf({ id: "é" }), "events[0].id"],
  [commitOf({ id: "a".repeat(129) }), "events[0].id has 129 characters"],
  [commitOf({ type: undefined }), "events[0].type is missing"],
  [commitOf({ type: 7 }), "events[0].type must be a string"],
  [commitOf({ type: "" }), "events[0].type is empty"],
  [commitOf({ type: "a\nb" }), "events[0].type has a control character"],
  [commitOf({ type: "\ud800" }), "events[0].type has a lone surrogate"],
  [commitOf({ type: `${"é".repeat(100)}a` }), "events[0].type has 201 bytes"],
  [commitOf({ v: 0 }), "events[0].v must be a whole number from 1 to 65535"],
  [commitOf({ v: 1.5 }), "events[0].v"],
  [commitOf({ v: 65_536 }), "events[0].v"],
  [commitOf({ v: "2" }), "events[0].v"],
  [commitOf({ v: null }), "events[0].v"],
  [commitOf({}, { new: 1 }), 'it has an unknown member "new"'],
  [commitOf({ V: 2 }), 'events[0] has an unknown member "V"'],
  [commitOf({ new: null }), 'events[0] has an unknown member "new"'],
  [commitOf({ v: 2, metadata: { a: "b" }, crypt: {} }), 'events[0] has an unknown member "crypt"'],
  ['{"time":1,"events":[{"id":"a","type":"b","bytes":"AA=="}]}', "events[0]"],
  [commitOf({ data: undefined }), "events[0].data"],
  ['{"time":1,"events":[{"id":"a","type":"b","data":{"n":[1e400]}}]}', "finite"],
  [commitOf({ data: ["\ud800"] }), "lone surrogate"],
  [commitOf({ data: { "\udc00": 0 } }), "lone surrogate"],
  ['{"time":1,"events":[{"id":"a","type":"b","data":{"__proto__":{"admin":true}}}]}', "prototype"],
  ['{"time":1,"events":[{"id":"a","type":"b","data":{"_\\u005fproto__":1}}]}', "prototype"],
  [nested(101), "nested"],
  [nested(10_000), "nested"],
  [commitOf({ metadata: null }), "events[0].metadata"],
  [commitOf({ metadata: 7 }), "events[0].metadata must be an object of strings"],
  [commitOf({ metadata: ["a"] }), "events[0].metadata must be an object of strings"],
  [commitOf({ metadata: { a: 1 } }), "events[0].metadata has 1 at"],
  [commitOf({ metadata: { a: null } }), "events[0].metadata has null at"],
  [commitOf({ metadata: { a: {} } }), "events[0].metadata"],
  [commitOf({ metadata: { a: "\ud800" } }), "lone surrogate"],
  [commitOf({ metadata: { "": "a" } }), "events[0].metadata has an empty key"],
  [commitOf({ metadata: { ["k".repeat(129)]: "" } }), "events[0].metadata has a key of 129 characters"],
  [commitOf({ metadata: pairsOf(65) }), "events[0].metadata has 65 pairs"],
  [commitOf({ metadata: { traceparent: "é" } }), "events[0].metadata has a traceparent"],
];

for (const [body, message] of wrong) {
  Deno.test(`fromCommitJson() refuses a commit if ${message}: ${body.slice(0, 100)}`, () => {
    assertThrows(() => decodeCommit(bytes(body)), TypeError, message);
    assertThrows(() => parseCommit(body), TypeError, message);
    // The result of a codec has to meet the same rules.
    assertThrows(() => fromCommitJson(JSON.parse(body)));
  });
}

Deno.test("decodeCommit() does not check the events that it leaves out, but counts them", () => {
  const [first, second] = [{ id: "" }, { id: "a", type: "b", data: 0 }];
  const body = (events: object[]) => bytes(JSON.stringify({ time: 1, events }));
  assertEquals(decodeCommit(body([first, second]), 1).events.length, 1);
  assertThrows(() => decodeCommit(body([first, second]), 0), TypeError, "events[0].id");
  assertThrows(() => decodeCommit(body([second, first]), 1), TypeError, "events[1].id");
  assertThrows(() => decodeCommit(body(eventsOf(1_001)), 1_000), TypeError, "1001 events");
});
