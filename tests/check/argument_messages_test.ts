import { assert, assertRejects } from "@std/assert";
import { type BackendOptions, isAetherError } from "@flowmade-one/aether";
import { health } from "@flowmade-one/aether/observability";
import { memory } from "@flowmade-one/aether/memory";

const backend = memory();
const store = backend.store("ns");
const bus = backend.bus.within("ns");
const consumer = { name: "mailer", status: () => Promise.reject(new Error("not called")) };
const made = [{ type: "Made", data: {} }];
const append = (...args: unknown[]) => (store.append as (...args: unknown[]) => unknown)("a", ...args);
const appendData = (data: unknown) => append([{ type: "Made", data }], { expectedVersion: 0 });
const put = (snapshot: unknown) => store.snapshots.put("a", snapshot as never);

class Cart {
  readonly items: readonly string[] = [];
}
class Price {
  toJSON(): string {
    return "1.00";
  }
}

/** Each row: a call, and a part of the message of its error. */
const ROWS: readonly (readonly [call: () => unknown, message: string])[] = [
  // An option or argument that is missing.
  [() => append(made, {}), "expectedVersion is missing: it must be the version"],
  [() => append(made, undefined), "The options of append are missing: pass an object with expectedVersion"],
  [() => append(undefined, { expectedVersion: 0 }), "events is missing: it must be an array of 1 to 1000 events"],
  [() => append([{}], { expectedVersion: 0 }), "events[0].type is missing: it must be a string"],
  [() => append([{ type: "Made" }], { expectedVersion: 0 }), "events[0].data is missing; it must be JSON"],
  [() => append([undefined], { expectedVersion: 0 }), "events[0] is missing: it must be an object with type and data"],
  [
    () => bus.queue({ overflow: "fail" } as never),
    "capacity is missing: it must be a whole number of events, 1 or more",
  ],
  [
    () => bus.queue({ capacity: 1 } as never),
    'overflow is missing: it must be "drop-oldest" or "drop-newest" or "fail"',
  ],
  [() => bus.queue(undefined as never), "The options of queue are missing: pass an object with types, actors, signal"],
  [() => bus.subscribe(undefined as never), "handler is missing: it must be a function"],
  [() => backend.grant("a", {} as never), "reason is missing: it must be a string of 1 to 500 characters"],
  [() => backend.grant("a", undefined as never), "The options of grant are missing: pass an object with reason"],
  [() => put(undefined), "snapshot is missing: it must be an object with version, schema, eventId and state"],
  [() => put({ schema: 1, eventId: "e", state: 1 }), "version is missing: it must be a whole number, 1 or more"],
  [() => put({ version: 1, eventId: "e", state: 1 }), "schema is missing: it must be a whole number, 0 or more"],
  [() => put({ version: 1, schema: 1, state: 1 }), "eventId is missing: it must be a string"],

  // One that is null, or of another type, is shown.
  [() => append(made, { expectedVersion: null }), '"exists" or "any", not null'],
  [
    () => append(made, null),
    "The options of append must be an object with expectedVersion, commitId, signal, not null",
  ],
  [() => append(made, 0), "The options of append must be an object with expectedVersion, commitId, signal, not 0"],
  [() => append({ type: "Made", data: {} }, { expectedVersion: 0 }), "1 to 1000 events, not an object"],
  [() => bus.queue({ capacity: null, overflow: "fail" } as never), "1 or more, not null"],
  [() => bus.subscribe(null as never), "handler must be a function, not null"],
  [() => bus.subscribe({ types: ["Made"] } as never), "handler must be a function, not an object"],
  [() => memory({ now: 5 } as never), "now must be a function, not 5"],
  [
    () => memory({ retention: 5 } as never),
    "The options of retention must be an object with maxAge, maxBytes, maxComm",
  ],
  [
    () => backend.grant("a", { reason: " " }),
    'reason must be a string of 1 to 500 characters that say why, for audits, not " "',
  ],

  [() => health(backend, { consumers: {} } as never), "consumers must be an array of consumers, not an object"],
  [
    () => health(backend, { consumers: [consumer, {}] } as never),
    "consumers[1] must be a consumer, with a name and a status function, not an object",
  ],

  // The unit is named.
  [
    () => memory({ retention: { maxAge: "30d" as never } }),
    "retention.maxAge must be a whole number of milliseconds, 1",
  ],
  [
    () => memory({ retention: { maxBytes: "1G" as never } }),
    "retention.maxBytes must be a whole number of bytes, 1 or",
  ],
  [() => memory({ retention: { maxCommits: 0 } }), "retention.maxCommits must be a whole number of commits, 1 or more"],
  [() => memory({ quota: { maxBytes: 0.5 } }), "quota.maxBytes must be a whole number of bytes, 1 or more, not 0.5"],
  [() => memory({ maxCommitBytes: 0 }), "maxCommitBytes must be a whole number of bytes, 1 or more, not 0"],
  [() => store.read("a", { limit: 0 }), "limit must be a whole number of events, 1 or more, not 0"],

  // The message suggests the intended call.
  [() => store.subscribe((() => {}) as never), "subscribe takes no handler: iterate its result with for await"],
  [() => store.read("a", { signal: new AbortController() as never }), "not an AbortController: pass its signal"],
  [() => store.read("a", { signal: Promise.resolve() as never }), "signal must be an AbortSignal, not a Promise"],

  // A value that is not JSON has a fix.
  [() => appendData({ at: new Date(0) }), "events[0].data.at is a Date; it must be JSON"],
  [() => appendData({ at: new Date(0) }), "Use its toISOString()"],
  [() => appendData(new Map()), "events[0].data is a Map; it must be JSON"],
  [() => appendData(new Map()), "Use Object.fromEntries(map)"],
  [() => appendData([new Set()]), "events[0].data[0] is a Set; it must be JSON"],
  [() => appendData([new Set()]), "Use [...set]"],
  [() => appendData(new Cart()), "events[0].data is a Cart; it must be JSON"],
  [() => appendData(new Cart()), "Use a plain object, such as { ...cart }"],
  [() => appendData(new Price()), "Use its toJSON()"],
  [() => appendData(new URL("http://a")), "Use its toJSON()"],
  [() => appendData(/x/), "Use its toString()"],
  [() => appendData(new Uint8Array(1)), "Use a string, such as base64"],
  [() => appendData(new ArrayBuffer(1)), "Use a string, such as base64"],
  [() => appendData(Promise.resolve()), "Await it first"],
  [() => appendData(new String("x")), "Use its valueOf()"],
  [() => appendData(new (class {})()), "events[0].data is an object of a class without a name; it must be JSON"],
  [() => appendData(1n), "events[0].data is the bigint 1; it must be JSON"],
  [() => appendData(1n), "Use a string, such as String(value)"],
  [() => appendData({ sum: NaN }), "events[0].data.sum is NaN; it must be JSON"],
  [() => appendData({ sum: NaN }), "Use null"],
  [() => appendData([undefined]), "Use null"],
];

for (const [call, message] of ROWS) {
  Deno.test(`AetherError for an invalid argument says: ${message}`, async () => {
    const error = await assertRejects(async () => await call(), Error, message);
    assert(isAetherError(error, "invalid-argument") || isAetherError(error, "invalid-event"), String(error));
  });
}

const POLLUTED = { extend: () => {}, type2: 1 };

Deno.test("memory() works with an enumerable property of Object.prototype", async () => {
  const options: BackendOptions = { now: () => 1 };
  Object.assign(Object.prototype, POLLUTED);
  try {
    await using other = memory(options);
    const polluted = other.store("ns");
    await polluted.append("a", [{ type: "Made", data: { x: 1 } }], { expectedVersion: 0 });
    await polluted.snapshots.put("a", { version: 1, schema: 1, eventId: "e", state: {} });
    using _ = other.bus.within("ns").subscribe(() => {}, { types: ["Made"] });
    using __ = other.bus.within("ns").queue({ capacity: 1, overflow: "fail" });
    other.bus.within("ns").publish("a", { type: "Made", data: {} });
    other.grant("ns", { reason: "test" });
    const [event] = await polluted.read("a", { limit: 1 }).toArray();
    assert(event?.version === 1 && !Object.hasOwn(event.data as object, "extend"));
    await assertRejects(
      async () => await polluted.latestVersion("a", { extend: 1 } as never),
      Error,
      'has no option "extend"',
    );
  } finally {
    for (const name of Object.keys(POLLUTED)) delete (Object.prototype as Record<string, unknown>)[name];
  }
});
