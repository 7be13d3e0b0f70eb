/** Arguments of `consume()`, and the changes of an existing consumer that it refuses. */
import { assertEquals, assertRejects } from "@std/assert";
import { consume, type ConsumeOptions } from "@flowmade-one/aether/consumers";
import type { Position } from "@flowmade-one/aether";
import {
  ClosedError,
  InvalidArgumentError,
  InvalidPatternError,
  TooLargeError,
  UnknownPositionError,
  UnsupportedStorageError,
} from "@flowmade-one/aether/errors";
import { createBackend } from "@flowmade-one/aether/adapter";
import { memory } from "@flowmade-one/aether/memory";
import { endOfCommit, logIdentityOf, offsetOf } from "../../src/values/position.ts";
import { SharedMemory } from "./open_store.ts";

// deno-lint-ignore no-explicit-any
type ErrorClass = new (...args: any[]) => Error;

const refused: readonly [title: string, options: object, error: ErrorClass, message: string][] = [
  ["no name", {}, InvalidArgumentError, "name is missing"],
  ["a name with a dot", { name: "a.b" }, InvalidArgumentError, "1 to 64 characters"],
  ["an empty name", { name: "" }, InvalidArgumentError, "1 to 64 characters"],
  ["a name of 65 characters", { name: "a".repeat(65) }, InvalidArgumentError, "1 to 64 characters"],
  ["an unknown option", { name: "c", filter: [] }, InvalidArgumentError, 'no option "filter"'],
  ["an unknown order", { name: "c", order: "any" }, InvalidArgumentError, '"log" or "actor"'],
  ["types of 65,001 bytes", { name: "c", types: manyTypes(1) }, TooLargeError, "65001 bytes, and the limit is 65000"],
  ["no types", { name: "c", types: [] }, InvalidArgumentError, "types"],
  ["a wrong pattern", { name: "c", actors: "a..b" }, InvalidPatternError, "a..b"],
  ["a wrong start", { name: "c", from: "end" }, InvalidArgumentError, '"start" or "now"'],
  ["a negative delay", { name: "c", delay: -1 }, InvalidArgumentError, "delay"],
  ["a delay of more than a year", { name: "c", delay: 31_536_000_001 }, InvalidArgumentError, "delay"],
  ["a ttl below a second", { name: "c", ttl: 999 }, InvalidArgumentError, "ttl"],
  ["a saveEvery above a minute", { name: "c", saveEvery: 60_001 }, InvalidArgumentError, "saveEvery"],
  ["an onFailure that is not a function", { name: "c", onFailure: "park" }, InvalidArgumentError, "onFailure"],
  ["a position of another log", { name: "c", from: "abcdefabcdef-1000000000002047" }, UnknownPositionError, "another"],
];
/** Event types whose definition of a consumer has 65,000 bytes, and this number of further bytes. */
function manyTypes(furtherBytes: number): string[] {
  const types = Array.from({ length: 256 }, (_, i) => `${i}`.padStart(250, "T"));
  const { length } = JSON.stringify({ order: "log", types, paused: false, resumes: 0 });
  return [...types, "x".repeat(65_000 + furtherBytes - length - `,""`.length)];
}

for (const [title, options, error, message] of refused) {
  Deno.test(`consume() refuses ${title}`, async () => {
    await using backend = memory();
    await assertRejects(() => consume(backend.store("test"), options as ConsumeOptions, () => {}), error, message);
  });
}

Deno.test("consume() accepts the longest name, the most types and the greatest numbers", async () => {
  await using backend = memory();
  const options = { name: "a".repeat(64), types: manyTypes(0), delay: 31_536_000_000, saveEvery: 60_000, ttl: 600_000 };
  await using consumer = await consume(backend.store("test"), options, () => {});
  assertEquals(consumer.name.length, 64);
});

Deno.test("consume() refuses a store without a log handle, a closed store and a handler that is not a function", async () => {
  await using backend = memory();
  const store = backend.store("test");
  const fake = { namespace: store.namespace, subscribe: () => store.subscribe() };
  await assertRejects(() => consume(fake, { name: "c" }, () => {}), InvalidArgumentError, "an event store");
  await assertRejects(() => consume(store, { name: "c" }, 1 as unknown as () => void), InvalidArgumentError, "handler");
  await store.close();
  await assertRejects(() => consume(store, { name: "c" }, () => {}), ClosedError, 'consume as "c"');
});

Deno.test("consume() refuses an adapter without records", async () => {
  await using shared = new SharedMemory();
  const { driver } = shared;
  await using backend = createBackend({
    capabilities: driver.capabilities,
    open: (name) => Object.assign(Object.create(driver.open(name)), { records: undefined }),
    namespaces: () => driver.namespaces(),
    close: () => Promise.resolve(),
  });
  await assertRejects(
    () => consume(backend.store("test"), { name: "c" }, () => {}),
    UnsupportedStorageError,
    "records",
  );
});

Deno.test("consume() refuses a name that this process uses, until that consumer is closed", async () => {
  await using backend = memory();
  const first = await consume(backend.store("test"), { name: "c" }, () => {});
  const again = () => consume(backend.store("test"), { name: "c" }, () => {});
  await assertRejects(again, InvalidArgumentError, "this process already does");
  await first.close();
  await (await again()).close();
});

Deno.test("consume() accepts a name after a call with this name was refused", async () => {
  await using backend = memory();
  const store = backend.store("test");
  const from = "abcdefabcdef-1000000000002047" as Position;
  await assertRejects(() => consume(store, { name: "c", from }, () => {}), UnknownPositionError);
  await using consumer = await consume(store, { name: "c" }, () => {});
  assertEquals(consumer.name, "c");
});

Deno.test("consume(), reached() and reset() refuse a position beyond the end of the log", async () => {
  await using backend = memory();
  const store = backend.store("test");
  const { position } = await store.append("a", [{ type: "Made", data: {} }], { expectedVersion: 0 });
  const beyond = endOfCommit(logIdentityOf(position), offsetOf(position) + 1);
  await assertRejects(() => consume(store, { name: "c", from: beyond }, () => {}), UnknownPositionError);
  await using consumer = await consume(store, { name: "c" }, () => {});
  await assertRejects(() => consumer.reached(beyond), UnknownPositionError);
  await assertRejects(() => consumer.reset(beyond), UnknownPositionError);
});

const changes: readonly [option: string, first: Partial<ConsumeOptions>, second: Partial<ConsumeOptions>][] = [
  ["order", {}, { order: "actor" }],
  ["types", { types: ["A"] }, { types: ["A", "B"] }],
  ["types", {}, { types: ["A"] }],
  ["actors", { actors: "a.*" }, {}],
];
for (const [option, first, second] of changes) {
  Deno.test(`consume() refuses a change of ${option} of an existing consumer: ${JSON.stringify([first, second])}`, async () => {
    await using backend = memory();
    const store = backend.store("test");
    await (await consume(store, { name: "c", ...first }, () => {})).close();
    const error = await assertRejects(() => consume(store, { name: "c", ...second }, () => {}), InvalidArgumentError);
    assertEquals(error.argument, option);
  });
}

Deno.test("consume() accepts the same types in another order, and another delay", async () => {
  await using backend = memory();
  const store = backend.store("test");
  await (await consume(store, { name: "c", types: ["A", "B"] }, () => {})).close();
  await (await consume(store, { name: "c", types: ["B", "A"], delay: 5, from: "now" }, () => {})).close();
  assertEquals(await store.end(), undefined as Position | undefined);
});
