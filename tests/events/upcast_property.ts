import { assertEquals } from "@std/assert";
import { type Backend, events, unchecked } from "@flowmade-one/aether";
import type { Upcaster } from "@flowmade-one/aether/types";
import fc from "fast-check";

/** The greatest version of a generated map. */
const MAX_VERSION = 6;

/** One step between two shapes, by name and as a function of JSON. */
type Step = readonly [name: string, apply: (data: unknown) => unknown];

const steps: readonly Step[] = [
  ["wrap", (data) => ({ was: data })],
  ["list", (data) => [data]],
  ["tag", (data) => ({ tag: "x", data })],
  ["size", (data) => JSON.stringify(data).length],
  ["same", (data) => data],
  ["text", (data) => JSON.stringify(data)],
];

/** Any JSON without the key `__proto__`, which events refuse. */
const eventData = fc.jsonValue({ maxDepth: 3 }).filter((value) => !JSON.stringify(value).includes('"__proto__"'));

/** A history of one event type: the steps between its versions, its current and former names, and its stored events. */
export const historyArbitrary = fc.record({
  chain: fc.array(fc.constantFrom(...steps), { minLength: 0, maxLength: MAX_VERSION - 1 }),
  stored: fc.array(
    fc.record({ version: fc.nat(), name: fc.nat(), data: eventData, isOther: fc.boolean() }),
    { minLength: 1, maxLength: 20 },
  ),
  names: fc.uniqueArray(fc.constantFrom("Made", "Created", "Built", "Started"), { minLength: 1, maxLength: 4 }),
});

/** A generated history. */
export type History = typeof historyArbitrary extends fc.Arbitrary<infer T> ? T : never;

/**
 * Stores events in the shapes of all versions of a map, and checks that each method that reads them returns the
 * composition of the upcasters after the version of the event.
 */
export async function checkHistory(
  backend: Backend,
  namespace: string,
  { chain, stored, names }: History,
): Promise<void> {
  const [name = "Made", ...formerly] = names;
  const version = chain.length + 1;
  const from: Record<number, Upcaster> = Object.fromEntries(chain.map(([, apply], i) => [i + 1, apply]));
  const map = events({
    [name]: { schema: unchecked<unknown>(), version, from, formerly },
    Other: unchecked<unknown>(),
  });
  const written = stored.map(({ version: v, name: n, data, isOther }) =>
    isOther
      ? { type: "Other", data: data as never, schemaVersion: 1 }
      : { type: names[n % names.length]!, data: data as never, schemaVersion: v % version + 1 }
  );
  await backend.store(namespace).append("o.1", written, { expectedVersion: 0 });
  const expected = written.map(({ type, data, schemaVersion }) => {
    if (type === "Other") return [type, 1, normal(data)];
    const composed = chain.slice(schemaVersion - 1).reduce<unknown>((data, [, apply]) => apply(data), normal(data));
    return [name, version, normal(composed)];
  });
  const store = backend.store(namespace, map as never);
  const facts = (all: readonly { type: string; schemaVersion: number; data: unknown }[]) =>
    all.map(({ type, schemaVersion, data }) => [type, schemaVersion, data]);
  assertEquals(facts(await store.read("o.1").toArray()), expected, "read()");
  assertEquals(facts(await store.readAll().toArray()), expected, "readAll()");
  const backwards = await store.readAll({ direction: "backwards" }).toArray();
  assertEquals(facts(backwards), expected.toReversed(), "readAll() backwards");
  const ofType = expected.filter(([type]) => type === name);
  assertEquals(facts(await store.readAll({ types: [name as never] }).toArray()), ofType, "readAll() of a type");
  const followed: { type: string; schemaVersion: number; data: unknown }[] = [];
  for await (const event of store.subscribe()) if (followed.push(event) === written.length) break;
  assertEquals(facts(followed), expected, "subscribe()");
  assertEquals(facts(await store.read("o.1", { raw: true }).toArray()), facts(written.map(normal) as never), "raw");
}

/** JSON as it is stored, which has no `-0`. */
function normal<T>(data: T): T {
  return JSON.parse(JSON.stringify(data));
}
