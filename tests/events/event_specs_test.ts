import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { events, isAetherError, unchecked } from "@flowmade-one/aether";
import { lineSchema, schemaOf } from "./schema_support.ts";

const any = unchecked<unknown>();
const same = (data: unknown) => data;

const accepted: [title: string, specs: unknown][] = [
  ["a schema", { Placed: lineSchema }],
  ["a schema that is a function, as in ArkType", { Placed: Object.assign(() => {}, lineSchema) }],
  ["unchecked data", { Placed: any }],
  ["a schema in a spec", { Placed: { schema: lineSchema } }],
  ["unchecked data in a spec", { Placed: { schema: any, version: 2, from: { 1: same } } }],
  ["a version of 1 without upcasters", { Placed: { schema: any, version: 1, from: {} } }],
  ["a chain of upcasters", { Placed: { schema: any, version: 4, from: { 3: same, 1: same, 2: same } } }],
  ["the greatest version", {
    Placed: {
      schema: any,
      version: 65_535,
      from: Object.fromEntries(Array.from({ length: 65_534 }, (_, i) => [i + 1, same])),
    },
  }],
  ["former names", { Placed: { schema: any, formerly: ["OrderPlaced", "Order placed"] } }],
  ["no former names", { Placed: { schema: any, formerly: [] } }],
  ["a type name with a space", { "Order placed": any }],
  ["a type name of 200 bytes", { ["é".repeat(100)]: any }],
];

for (const [title, specs] of accepted) {
  Deno.test(`events() accepts ${title}`, () => {
    const map = events(specs as never) as Record<string, unknown>;
    assertEquals(Object.keys(map), Object.keys(specs as object));
    assert(Object.isFrozen(map));
  });
}

function unreadable(member: string): object {
  return Object.defineProperty({}, member, {
    get: () => {
      throw new Error("no interface");
    },
  });
}

const refused: [title: string, specs: unknown, message: string][] = [
  ["a string in place of specs", "Placed", "events must be an object with a schema for each event type"],
  ["an array in place of specs", [any], "events must be an object with a schema for each event type"],
  ["null in place of specs", null, "events must be an object with a schema for each event type"],
  ["a schema in place of specs", lineSchema, "events is a schema. Pass an object with a schema for each event type"],
  [
    "a schema whose interface throws",
    { Placed: unreadable("~standard") },
    "Reading its spec threw Error: no interface",
  ],
  ["a spec whose version throws", {
    Placed: {
      schema: any,
      get version() {
        throw new Error("no version");
      },
    },
  }, "Reading its spec threw Error: no version"],
  ["specs without an event type", {}, "it has no event types. Add one"],
  ["a function that is no schema", { Placed: same }, 'the event type "Placed": It is a function. Pass a schema'],
  ["null as a schema", { Placed: null }, "It is null. Pass a schema"],
  ["an object without a schema", { Placed: { version: 1 } }, "Its schema is undefined. Pass a Standard Schema"],
  ["a schema of another interface", { Placed: { schema: { parse: same } } }, "Its schema is an object"],
  ["a schema of a later interface", { Placed: { "~standard": { version: 2, validate: same } } }, "version 1"],
  ["a schema without validate", { Placed: { "~standard": { version: 1 } } }, "Standard Schema version 1"],
  ["a schema whose interface is null", { Placed: { "~standard": null } }, "Standard Schema version 1"],
  ["a misspelt member", { Placed: { schema: any, formery: [] } }, 'no member "formery": it has schema, version, from'],
  ["version 0", { Placed: { schema: any, version: 0 } }, "Its version must be a whole number from 1 to 65535, not 0"],
  ["version 65,536", { Placed: { schema: any, version: 65_536 } }, "from 1 to 65535, not 65536"],
  ["version 1.5", { Placed: { schema: any, version: 1.5 } }, "not 1.5"],
  ["version null", { Placed: { schema: any, version: null } }, "not null"],
  ["a string as version", { Placed: { schema: any, version: "2" } }, 'not "2"'],
  ["a version without upcasters", { Placed: { schema: any, version: 2 } }, "no upcaster for version 1. Add from[1]"],
  ["a gap in a chain", { Placed: { schema: any, version: 4, from: { 1: same, 3: same } } }, "Add from[2]"],
  ["a chain that begins late", { Placed: { schema: any, version: 3, from: { 2: same } } }, "Add from[1]"],
  ["an upcaster of the current version", { Placed: { schema: any, version: 1, from: { 1: same } } }, 'from has "1"'],
  ["an upcaster to itself", { Placed: { schema: any, version: 2, from: { 1: same, 2: same } } }, 'from has "2"'],
  ["an upcaster of version 0", { Placed: { schema: any, version: 2, from: { 0: same, 1: same } } }, 'from has "0"'],
  [
    "a version that is written twice",
    { Placed: { schema: any, version: 2, from: { 1: same, "01": same } } },
    'from has "01"',
  ],
  ["a word as a version", { Placed: { schema: any, version: 1, from: { first: same } } }, 'from has "first"'],
  ["an upcaster that is no function", { Placed: { schema: any, version: 2, from: { 1: "x" } } }, 'from[1] is "x"'],
  ["from that is no object", { Placed: { schema: any, version: 2, from: same } }, "from is a function"],
  ["formerly that is a string", { Placed: { schema: any, formerly: "Old" } }, 'formerly is "Old". Pass an array'],
  ["a former name that is empty", { Placed: { schema: any, formerly: [""] } }, "A name in formerly is empty"],
  ["a former name that is a number", { Placed: { schema: any, formerly: [1] } }, "A name in formerly must be a string"],
  [
    "the current name among the former",
    { A: { schema: any, formerly: ["A"] } },
    '"A" in formerly is also a name of "A"',
  ],
  [
    "a former name that is a type",
    { A: any, B: { schema: any, formerly: ["A"] } },
    '"A" in formerly is also a name of "A"',
  ],
  [
    "two types that are former names of each other",
    { A: { schema: any, formerly: ["B"] }, B: { schema: any, formerly: ["A"] } },
    "is also a name of",
  ],
  [
    "a former name of two types",
    { A: { schema: any, formerly: ["X"] }, B: { schema: any, formerly: ["X"] } },
    'also a name of "A"',
  ],
  ["a former name that is given twice", { A: { schema: any, formerly: ["X", "X"] } }, 'also a name of "A"'],
  ["an empty type name", { "": any }, "The name is empty"],
  ["a type name of 201 bytes", { ["a".repeat(201)]: any }, "The name has 201 bytes, 200 at most"],
  ["a type name with a line break", { "a\nb": any }, "The name has a control character"],
  ...["then", "toJSON", "map", "constructor", "toString", "valueOf", "hasOwnProperty", "__lookupGetter__"].map(
    (
      name,
    ): [string, unknown, string] => [
      `the type name "${name}"`,
      { [name]: any },
      `The event map has a member of that name. Choose another name, such as "${name}Event"`,
    ],
  ),
];

for (const [title, specs, message] of refused) {
  Deno.test(`events() refuses ${title}`, () => {
    const error = assertThrows(() => events(specs as never));
    assert(isAetherError(error, "invalid-argument"), String(error));
    assertStringIncludes(error.message, message);
  });
}

Deno.test("events() refuses an option that it does not have", () => {
  const error = assertThrows(() => events({ Placed: any }, { validat: "append" } as never), Error);
  assertStringIncludes(error.message, 'events has no option "validat"; it has validate');
});

Deno.test('events() refuses validate: "read"', () => {
  const error = assertThrows(() => events({ Placed: any }, { validate: "read" as never }), Error);
  assertStringIncludes(error.message, 'validate must be "append" or "append-and-read", not "read"');
});

Deno.test("events() reads each member of a spec once", () => {
  const reads: string[] = [];
  const spec = new Proxy({ schema: any, version: 2, from: { 1: same }, formerly: ["Old"] }, {
    get: (target, member, receiver) => {
      reads.push(String(member));
      return Reflect.get(target, member, receiver);
    },
  });
  events({ Placed: spec });
  assertEquals(reads, ["schema", "version", "from", "formerly"]);
});

Deno.test("events() copies its specs", () => {
  const from: Record<number, (data: unknown) => unknown> = { 1: (data) => data };
  const spec = { schema: schemaOf((value) => ({ value })), version: 2, from };
  const map = events({ Placed: spec }) as unknown as Record<string, (data: unknown) => unknown>;
  Object.assign(spec, { schema: schemaOf(() => ({ issues: [{ message: "no" }] })), version: 1 });
  assertEquals(map["Placed"]!({ n: 1 }), { type: "Placed", data: { n: 1 } });
  assertThrows(() => Object.assign(map, { Placed: same }), TypeError);
});

Deno.test("events() returns constructors of frozen events with the output of their schema", () => {
  const Orders = events({ Placed: lineSchema, Shipped: unchecked<{ at: string }>() });
  const placed = Orders.Placed({ sku: "A" }, { id: "e-1", metadata: { correlationId: "r-1" } });
  assertEquals(placed, {
    id: "e-1",
    metadata: { correlationId: "r-1" },
    type: "Placed",
    data: { sku: "A", quantity: 1 },
  });
  assert(Object.isFrozen(placed) && Object.isFrozen(placed.data));
  assertEquals(Orders.Shipped({ at: "noon" }), { type: "Shipped", data: { at: "noon" } });
});

Deno.test("events() returns constructors that refuse data by their schema, with the paths of all issues", () => {
  const Orders = events({ Placed: lineSchema });
  const error = assertThrows(() => Orders.Placed({ sku: 7, quantity: "2" } as never));
  assert(isAetherError(error, "invalid-event"));
  assertEquals([error.path, error.eventType, error.issues], ["data.sku", "Placed", [
    { path: "data.sku", message: "Expected a string" },
    { path: "data.quantity", message: "Expected a number" },
  ]]);
  assertEquals(error.message, 'data.sku is not valid in an event "Placed": Expected a string (and 1 more)');
});

Deno.test("events() returns constructors that refuse an unknown option", () => {
  const Orders = events({ Placed: lineSchema });
  const error = assertThrows(() => Orders.Placed({ sku: "A" }, { schemaVersion: 2 } as never), Error);
  assertStringIncludes(error.message, 'Placed has no option "schemaVersion"; it has id, metadata');
});
