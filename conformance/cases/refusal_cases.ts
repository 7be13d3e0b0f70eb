import type { ErrorCode } from "../../src/errors/error_code.ts";
import type { EventStore } from "../../src/store/event_store.ts";
import type { CaseDefinition } from "../case_definition.ts";
import { type ErrorFields, expectEqual, expectError } from "../expect.ts";
import { appendCommits, oneEvent } from "../fixtures.ts";
import { formatValue } from "../../src/base/format_value.ts";

/** One append that is refused: its description, its arguments, and the fields of the error. */
type Row = readonly [description: string, given: Partial<Given>, fields: ErrorFields];

/** The arguments of an append. */
interface Given {
  readonly actorId: unknown;
  readonly events: unknown;
  readonly options: unknown;
}

/** The arguments of an append that is accepted. Each row replaces some of them. */
const GOOD: Given = { actorId: "order.1", events: oneEvent(), options: { expectedVersion: 2 } };

/** Appends that are refused with a code and its fields, and that store nothing. */
export const refusalCases: readonly CaseDefinition[] = [
  refusesAppend("append() refuses a missing or invalid expectedVersion", "invalid-argument", [
    ...[undefined, null, -1, 0.5, NaN, Infinity, 2 ** 53, "2", "", "none", "Any", true, [2], {}, 2n].map((
      expectedVersion,
    ): Row => [
      `expectedVersion ${typeof expectedVersion} ${String(expectedVersion)}`,
      { options: { expectedVersion } },
      { argument: "expectedVersion" },
    ]),
    ["no expectedVersion", { options: {} }, { argument: "expectedVersion" }],
    ["no options", { options: undefined }, { argument: "options" }],
    ["options that are null", { options: null }, { argument: "options" }],
    ["options that are a number", { options: 2 }, { argument: "options" }],
  ]),
  refusesAppend(
    "append() refuses unknown and invalid options",
    "invalid-argument",
    [
      ["expectedVersions", { options: { expectedVersion: 2, expectedVersions: 2 } }, { argument: "expectedVersions" }],
      ["commitID", { options: { expectedVersion: 2, commitID: "c1" } }, { argument: "commitID" }],
      ["retries", { options: { expectedVersion: 2, retries: undefined } }, { argument: "retries" }],
      ["a signal that is not an AbortSignal", { options: { expectedVersion: 2, signal: {} } }, { argument: "signal" }],
      ["a signal that is a controller", { options: { expectedVersion: 2, signal: new AbortController() } }, {
        argument: "signal",
      }],
    ],
  ),
  refusesAppend(
    "append() refuses an invalid commit id, and a commit id without a numeric expectedVersion",
    "invalid-argument",
    [
      ...["", " ", "a b", "é", "a\n", "x".repeat(129), 7, null, {}].map((commitId): Row => [
        `commitId ${formatValue(commitId)}`,
        { options: { expectedVersion: 2, commitId } },
        { argument: "commitId" },
      ]),
      ['a commitId with "any"', { options: { expectedVersion: "any", commitId: "c1" } }, { argument: "commitId" }],
      ['a commitId with "exists"', { options: { expectedVersion: "exists", commitId: "c1" } }, {
        argument: "commitId",
      }],
    ],
  ),
  refusesAppend("append() refuses an empty array, and a value that is not an array", "invalid-argument", [
    ["no events", { events: [] }, { argument: "events" }],
    ...[undefined, null, {}, "Made", { type: "Made", data: {} }, new Set(oneEvent()), { length: 1, 0: oneEvent()[0] }]
      .map(
        (events): Row => [`events ${formatValue(events)}`, { events }, { argument: "events" }],
      ),
  ]),
  refusesAppend("append() refuses a value that is not an event, and names its path", "invalid-event", [
    ...[undefined, null, 7, "Made", true].map((event): Row => [
      `the event ${formatValue(event)}`,
      { events: [...oneEvent(), event] },
      { path: "events[1]" },
    ]),
    ["a hole in the array", { events: [...oneEvent(), , ...oneEvent()] }, { path: "events[1]" }],
    ["an empty array as the event", { events: [[]] }, { path: "events[0].type" }],
  ]),
  refusesAppend("append() refuses an invalid event type, and names its path", "invalid-event", [
    ...[undefined, null, 7, "", "a\u0000", "a\n", "\u007f", "\ud800", "x".repeat(201), "é".repeat(101), ["Made"]].map((
      type,
    ): Row => [
      `the type ${formatValue(type)}`,
      { events: [...oneEvent(), { type, data: {} }] },
      { path: "events[1].type" },
    ]),
    ["no type", { events: [{ data: {} }] }, { path: "events[0].type" }],
  ]),
  refusesAppend("append() refuses an invalid event id, and names its path", "invalid-event", [
    ...[null, 7, "", " ", "a b", "é", "\n", "x".repeat(129), {}].map((id): Row => [
      `the id ${formatValue(id)}`,
      { events: [...oneEvent(), { type: "Made", data: {}, id }] },
      { path: "events[1].id" },
    ]),
  ]),
  refusesAppend("append() refuses metadata that is not pairs of strings, and names its path", "invalid-event", [
    ...[
      null,
      "text",
      ["a"],
      { "": "empty key" },
      { ["k".repeat(129)]: "v" },
      { number: 7 },
      { none: null },
      { deep: { a: "b" } },
      { traceparent: "é" },
      { tracestate: "a\nb" },
      Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`k${i}`, "v"])),
    ].map((metadata): Row => [
      `the metadata ${formatValue(metadata)}`,
      { events: [...oneEvent(), { type: "Made", data: {}, metadata }] },
      { path: "events[1].metadata" },
    ]),
  ]),
  refusesAppend("append() refuses data that is not JSON, and names the path of the invalid value", "invalid-event", [
    notJson("no data", undefined, ""),
    notJson("a function", { f: () => 1 }, ".f"),
    notJson("a symbol", { s: Symbol("s") }, ".s"),
    notJson("a bigint", { items: [1, 2n] }, ".items[1]"),
    notJson("NaN", { items: [{ n: NaN }] }, ".items[0].n"),
    notJson("an infinity", [1, -Infinity], "[1]"),
    notJson("a Date", { when: new Date(0) }, ".when"),
    notJson("a Map", { map: new Map() }, ".map"),
    notJson("bytes", { bytes: new Uint8Array(2) }, ".bytes"),
    notJson("an object of a class", { "a key": new (class Money {})() }, '["a key"]'),
    notJson("undefined in an array", { list: [1, undefined] }, ".list[1]"),
    notJson("a hole in an array", { list: [1, , 2] }, ".list[1]"),
    notJson("a string with a lone surrogate", { text: "\ud83d" }, ".text"),
    notJson("a key with a lone surrogate", { a: { "\ud83d": 1 } }, undefined),
    notJson("a getter of a Date", {
      get now(): Date {
        return new Date(0);
      },
    }, ".now"),
    notJson("a cycle", cycle(), undefined),
  ]),
  refusesAppend("append() refuses an invalid actor id", "invalid-actor-id", [
    ...[
      "",
      ".",
      "a.",
      ".a",
      "a..b",
      "*",
      "a.*",
      ">",
      "a.>",
      "a*b",
      "a b",
      "a\tb",
      "a\n",
      "a\u0000",
      "a\u00a0b",
      "\u007f",
    ]
      .map(notActor),
    ...["a\u2028b", "\ud800", "a.\udfff", "x".repeat(201), "é".repeat(101), undefined, null, 7, {}, ["a"]].map(
      notActor,
    ),
  ]),
];

function refusesAppend(name: string, code: ErrorCode, rows: readonly Row[]): CaseDefinition {
  return {
    name,
    invariant: "refusals",
    run: async (context) => {
      const store = await context.store();
      await appendCommits(store, "order.1", [2]);
      const before = await store.readAll().toArray();
      for (const [description, given, fields] of rows) {
        const append = () => appendAnything(store, { ...GOOD, ...given });
        await expectError(append, code, fields, `an append with ${description}`);
      }
      expectEqual(await store.readAll().toArray(), before, "the log after the refusals");
      expectEqual(await store.latestVersion("order.1"), 2, 'the version of "order.1" after the refusals');
      const { version } = await store.append("order.1", oneEvent(), { expectedVersion: 2 });
      expectEqual(version, 3, "the version after a valid append");
    },
  };
}

function appendAnything(store: EventStore, { actorId, events, options }: Given): Promise<unknown> {
  return store.append(actorId as never, events as never, options as never);
}

/** @param path The path from the data on; `undefined` if the path of the error is not checked. */
function notJson(description: string, data: unknown, path: string | undefined): Row {
  const fields = path === undefined ? {} : { path: `events[1].data${path}` };
  return [description, { events: [...oneEvent(), { type: "Made", data }] }, fields];
}

function notActor(actorId: unknown): Row {
  return [`the actor id ${formatValue(actorId)}`, { actorId }, { value: actorId }];
}

function cycle(): object {
  const loop: Record<string, unknown> = { text: "any" };
  loop["self"] = { loop };
  return loop;
}
