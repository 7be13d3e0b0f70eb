import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import {
  countOf,
  hasSubscriber,
  snapshotOf,
  type Subscribers,
  SubscriberSet,
  withoutSubscriber,
  withSubscriber,
} from "../../src/routing/subscribers.ts";

interface Subscriber {
  readonly id: number;
}
const many = Array.from({ length: 10_000 }, (_, id): Subscriber => ({ id }));

/** Changes a list value by value, and counts the values that were copied into new lists. */
function copiesOf(
  start: Subscribers<Subscriber> | undefined,
  change: (list: Subscribers<Subscriber> | undefined, value: Subscriber) => Subscribers<Subscriber> | undefined,
): { list: Subscribers<Subscriber> | undefined; copied: number } {
  let list = start;
  let copied = 0;
  for (const value of many) {
    const next = change(list, value);
    if (next !== list && Array.isArray(next)) copied += next.length;
    if (next !== list && next instanceof SubscriberSet) copied += next.members.size;
    list = next;
  }
  return { list, copied };
}

Deno.test("withSubscriber() and withoutSubscriber() copy fewer than 300 values for 10,000 subscribers of one pattern", () => {
  const come = copiesOf(undefined, (list, value) => list === undefined ? value : withSubscriber(list, value));
  assertEquals(come.copied, 17 * 18 / 2 - 1, "2 + 3 + ... + 17, and then no more");
  assertEquals(snapshotOf(come.list!), many);

  const go = copiesOf(come.list, (list, value) => withoutSubscriber(list!, value));
  assertEquals(go.copied, 8 * 9 / 2 - 1, "8 + 7 + ... + 2");
  assertEquals(go.list, undefined);
});

Deno.test("snapshotOf() makes one array between two changes, and never modifies it", () => {
  let list: Subscribers<Subscriber> = many[0]!;
  for (const value of many.slice(1, 100)) list = withSubscriber(list, value);
  const before = snapshotOf(list);
  assertStrictEquals(snapshotOf(list), before);

  list = withSubscriber(list, many[100]!);
  list = withoutSubscriber(list, many[0]!)!;
  assertEquals(before, many.slice(0, 100));
  assertEquals(snapshotOf(list), many.slice(1, 101));
});

Deno.test("withoutSubscriber() turns a small SubscriberSet into an array", () => {
  let list: Subscribers<Subscriber> = many[0]!;
  for (const value of many.slice(1, 17)) list = withSubscriber(list, value);
  assert(!Array.isArray(list), "17 subscribers are in a SubscriberSet");
  for (const value of many.slice(0, 9)) list = withoutSubscriber(list, value)!;
  assert(Array.isArray(list), "8 subscribers are in an array");
  assertEquals(list, many.slice(9, 17));
});

Deno.test("withoutSubscriber() returns the last remaining subscriber without an array", () => {
  const [one, two, three] = many as [Subscriber, Subscriber, Subscriber];
  const both = withSubscriber<Subscriber>(one, two);
  assertEquals(both, [one, two]);
  assertStrictEquals(withoutSubscriber(both, one), two);
  assertStrictEquals(withoutSubscriber(both, two), one);
  assertEquals(withoutSubscriber<Subscriber>(one, one), undefined);
  assertEquals([hasSubscriber<Subscriber>(one, one), hasSubscriber<Subscriber>(one, three)], [true, false]);
  assertEquals(snapshotOf<Subscriber>(one), [one]);
});

Deno.test("countOf() is the length of snapshotOf() for 1 to 40 subscribers", () => {
  let list: Subscribers<Subscriber> = many[0]!;
  for (let count = 1; count <= 40; count++) {
    assertEquals([countOf(list), snapshotOf(list).length], [count, count]);
    list = withSubscriber(list, many[count]!);
  }
});
