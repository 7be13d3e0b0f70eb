import { assert, assertEquals, assertThrows } from "@std/assert";
import { decodeCommit, encodeCommit, parseCommit, stringifyCommit } from "@flowmade-one/aether/adapter";

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const bytes = (value: string) => new TextEncoder().encode(value);

Deno.test("the JSON form of a commit is this, for good", () => {
  const commit = {
    timestamp: 1_767_225_600_000,
    events: [
      { id: "e1", type: "Placed", data: { sku: "é", n: 1.5, none: null }, metadata: {} },
      { id: "e2", type: "Shipped", data: [], metadata: { correlationId: "r1" } },
    ],
  };
  assertEquals(
    text(encodeCommit(commit)),
    '{"time":1767225600000,"events":[{"id":"e1","type":"Placed","data":{"sku":"é","n":1.5,"none":null}},' +
      '{"id":"e2","type":"Shipped","data":[],"metadata":{"correlationId":"r1"}}]}',
  );
  const decoded = decodeCommit(encodeCommit(commit));
  assertEquals(decoded, commit);
  assert(decoded.events.every(({ data, metadata }) => Object.isFrozen(data) && Object.isFrozen(metadata)));
  for (const skip of [0, 1, 2, 3]) {
    assertEquals(decodeCommit(encodeCommit(commit), skip), { ...commit, events: commit.events.slice(skip) });
  }
});

Deno.test("stringifyCommit() gives the JSON form as a string, and parseCommit() reads it back frozen", () => {
  const commit = {
    timestamp: 1,
    events: [{ id: "e1", type: "Placed", data: { sku: "é", deep: [1] }, metadata: { correlationId: "r1" } }],
  };
  assertEquals(stringifyCommit(commit), text(encodeCommit(commit)));
  const parsed = parseCommit(stringifyCommit(commit));
  assertEquals(parsed, commit);
  assert(parsed.events.every(({ data, metadata }) => Object.isFrozen(data) && Object.isFrozen(metadata)));
});

Deno.test("a replacement character that was written is read, one that stands for damage is not", () => {
  const [before, after] = ['{"time":1,"events":[{"id":"a","type":"b","data":"', '"}]}'];
  assertEquals(decodeCommit(bytes(`${before}\ufffd${after}`)).events[0]?.data, "\ufffd");
  const damaged = Uint8Array.from([...bytes(before), 0xc3, ...bytes(after)]);
  assertThrows(() => decodeCommit(damaged), TypeError, "not JSON in UTF-8");
});

Deno.test("members that a later version may add are left alone", () => {
  assertEquals(decodeCommit(bytes('{"time":1,"new":2,"events":[{"id":"a","type":"b","data":0,"new":1}]}')), {
    timestamp: 1,
    events: [{ id: "a", type: "b", data: 0, metadata: {} }],
  });
});

Deno.test("__proto__ in stored data changes no prototype", () => {
  const { events: [event] } = decodeCommit(
    bytes('{"time":1,"events":[{"id":"a","type":"b","data":{"__proto__":{"admin":true}}}]}'),
  );
  assertEquals((event?.data as { admin?: boolean }).admin, undefined);
});

const refused: [body: string | Uint8Array, says: string][] = [
  ["", "not JSON"],
  ["{", "not JSON"],
  [new Uint8Array([0x22, 0xff, 0x22]), "not JSON in UTF-8"],
  ["null", "a commit is not an object"],
  ["7", "a commit is not an object"],
  ['{"events":[]}', "time is not a number"],
  ['{"time":"1","events":[]}', "time is not a number"],
  ['{"time":1}', "no events"],
  ['{"time":1,"events":{}}', "no events"],
  ['{"time":1,"events":[]}', "no events"],
  ['{"time":1,"events":[null]}', "an event is not an object"],
  ['{"time":1,"events":[{"type":"b","data":0}]}', "no id or no type"],
  ['{"time":1,"events":[{"id":"a","data":0}]}', "no id or no type"],
  ['{"time":1,"events":[{"id":"a","type":"b"}]}', "no data"],
  ['{"time":1,"events":[{"id":"a","type":"b","data":0,"metadata":7}]}', "metadata is not an object"],
];

for (const [body, says] of refused) {
  Deno.test(`a stored commit is refused where ${says}: ${body}`, () => {
    assertThrows(() => decodeCommit(typeof body === "string" ? bytes(body) : body), TypeError, says);
    if (typeof body === "string") assertThrows(() => parseCommit(body), TypeError, says);
  });
}
