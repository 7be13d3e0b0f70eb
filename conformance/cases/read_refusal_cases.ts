import type { ErrorCode } from "../../src/errors/error_code.ts";
import type { EventStore } from "../../src/store/event_store.ts";
import type { CaseDefinition } from "../case_definition.ts";
import { expectEqual, expectError, expectThrows, expectTrue } from "../expect.ts";
import { appendCommits, oneEvent } from "../fixtures.ts";
import { formatValue } from "../../src/base/format_value.ts";

/** An option that is refused: its name, invalid values, and the code of the error, by default `invalid-argument`. */
type Row = readonly [option: string, values: readonly unknown[], code?: ErrorCode];

const NOT_WHOLE_NUMBERS = [0, -1, 1.5, NaN, Infinity, 2 ** 53, "1", null, true];
const NOT_SIGNALS = [null, {}, new AbortController(), true];
const NOT_TYPES = [[], "Made", [""], [7], ["Made", undefined], null, new Set(["Made"])];
const NOT_PATTERNS = ["", "a.", "a..b", "a.>.b", ">.a", "a*", "**", "a b", "\ud800", 7, null];
const NOT_POSITIONS = ["", "0", "now ", "end", 7, null, "1000000000002047", "3f9c0a1b2c4d-1000000000001000", {}];

/** Calls that are refused at once, without an effect: reads, subscriptions, stores and grants. */
export const readRefusalCases: readonly CaseDefinition[] = [
  refusesOptions("read() refuses an invalid option at the call", "read", [
    ["from", NOT_WHOLE_NUMBERS],
    ["to", NOT_WHOLE_NUMBERS],
    ["limit", NOT_WHOLE_NUMBERS],
    ["direction", ["backward", "", "FORWARDS", true, null, -1]],
    ["signal", NOT_SIGNALS],
    ["form", [1, undefined]],
    ["after", ["start"]],
  ]),
  refusesOptions("readAll() refuses an invalid option at the call", "readAll", [
    ["after", ["now", ...NOT_POSITIONS]],
    ["before", ["start", "oldest-available", "now", ...NOT_POSITIONS]],
    ["limit", NOT_WHOLE_NUMBERS],
    ["direction", ["backward", "", "FORWARDS", true, null, -1]],
    ["types", NOT_TYPES],
    ["actors", NOT_PATTERNS, "invalid-pattern"],
    ["signal", NOT_SIGNALS],
    ["from", [1]],
  ]),
  refusesOptions("subscribe() refuses an invalid option at the call", "subscribe", [
    ["after", NOT_POSITIONS],
    ["types", NOT_TYPES],
    ["actors", NOT_PATTERNS, "invalid-pattern"],
    ["signal", NOT_SIGNALS],
    ["limit", [1]],
    ["type", ["Made"]],
  ]),
  {
    name: "read() and latestVersion() refuse an invalid actor id",
    invariant: "refusals",
    run: async (context) => {
      const store = await context.store();
      for (const actorId of ["", "a.", "a..b", "a.*", ">", "a b", "\ud800", "x".repeat(201), undefined, 7]) {
        const fields = { value: actorId };
        const read = () => store.read(actorId as string);
        expectThrows(read, "invalid-actor-id", fields, `read of ${formatValue(actorId)}`);
        await expectError(
          () => store.latestVersion(actorId as string),
          "invalid-actor-id",
          fields,
          `latestVersion of ${formatValue(actorId)}`,
        );
      }
    },
  },
  {
    name: "latestVersion() refuses unknown and invalid options",
    invariant: "refusals",
    run: async (context) => {
      const store = await context.store();
      for (const [name, value] of [["at", 1], ["signal", null], ["signal", {}]] as const) {
        const promise = store.latestVersion("order.1", { [name]: value } as never);
        await expectError(
          promise,
          "invalid-argument",
          { argument: name },
          `latestVersion with ${name} ${formatValue(value)}`,
        );
      }
    },
  },
  {
    name: "backend.store() refuses an invalid namespace and an invalid event map",
    invariant: "refusals",
    run: async (context) => {
      const backend = await context.open();
      const names = ["", " ", ".", "a.", "a..b", "*", "a.>", "é", "a/b", "a\n", "x".repeat(64), null, 7, {}];
      for (const name of names) {
        expectThrows(
          () => backend.store(name as never),
          "invalid-namespace",
          { value: name },
          `a store of ${formatValue(name)}`,
        );
      }
      for (const events of [{}, null, () => 1, "Made"]) {
        const call = () => backend.store(context.namespace, events as never);
        expectThrows(
          call,
          "invalid-argument",
          { argument: "events" },
          `a store with the events ${formatValue(events)}`,
        );
      }
    },
  },
  {
    name: "backend.grant() refuses an invalid pattern and an invalid reason",
    invariant: "refusals",
    run: async (context) => {
      const backend = await context.open();
      for (const pattern of ["", "a.", ">.a", "a*", "é", "x".repeat(64), "a.".repeat(16) + "a", undefined, 7]) {
        const call = () => backend.grant(pattern as never, { reason: "conformance" });
        expectThrows(call, "invalid-pattern", { value: pattern }, `a grant for ${formatValue(pattern)}`);
      }
      for (const reason of ["", "  ", "x".repeat(501), undefined, 7]) {
        const call = () => backend.grant(">", { reason } as never);
        expectThrows(
          call,
          "invalid-argument",
          { argument: "reason" },
          `a grant with the reason ${formatValue(reason)}`,
        );
      }
      expectThrows(() => backend.grant(">", undefined as never), "invalid-argument", {}, "a grant without options");
      const misspelled = { reason: "conformance", why: "x" };
      expectThrows(
        () => backend.grant(">", misspelled),
        "invalid-argument",
        { argument: "why" },
        "a misspelled option",
      );
    },
  },
  {
    name: "VersionConflictError names the actor, the namespace and both versions in its fields and message",
    invariant: "refusals",
    run: async (context) => {
      const store = await context.store();
      await appendCommits(store, "order.1", [3]);
      const fields = {
        name: "VersionConflictError",
        namespace: context.namespace,
        actorId: "order.1",
        expected: 1,
        actual: 3,
      };
      const { message } = await expectError(
        store.append("order.1", oneEvent(), { expectedVersion: 1 }),
        "version-conflict",
        fields,
        "an append that conflicts",
      );
      for (const word of ["order.1", context.namespace, "1", "3"]) {
        expectTrue(message.includes(word), `the message "${message}" contains "${word}"`);
      }
    },
  },
];

function refusesOptions(name: string, method: "read" | "readAll" | "subscribe", rows: readonly Row[]): CaseDefinition {
  return {
    name,
    invariant: "refusals",
    run: async (context) => {
      const store = await context.store();
      await appendCommits(store, "order.1", [2]);
      for (const [option, values, code = "invalid-argument"] of rows) {
        for (const value of values) {
          const fields = code === "invalid-argument" ? { argument: option } : { value };
          const call = () => callAnything(store, method, { [option]: value });
          expectThrows(call, code, fields, `${method} with ${option} ${formatValue(value)}`);
        }
      }
      for (const options of [null, 7, "start"]) {
        const fields = { argument: "options" };
        const call = () => callAnything(store, method, options);
        expectThrows(call, "invalid-argument", fields, `${method} with the options ${formatValue(options)}`);
      }
      expectEqual((await store.read("order.1").toArray()).length, 2, "the number of events after the refusals");
    },
  };
}

function callAnything(store: EventStore, method: "read" | "readAll" | "subscribe", options: unknown): unknown {
  return method === "read" ? store.read("order.1", options as never) : store[method](options as never);
}
