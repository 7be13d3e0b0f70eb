import { assertEquals } from "@std/assert";
import { compilePattern, parseActorPattern } from "@flowmade-one/aether/patterns";
import { parseNamespace } from "@flowmade-one/aether";
import { toLogFilter } from "../../../adapters/jetstream/log/log_filter.ts";
import { actorSubject, namesOf } from "../../../adapters/jetstream/wire/names.ts";

const names = namesOf("aether", parseNamespace("prod.orders"));
const PARTITIONS = 16;

const actors = ["order", "order.1", "order.2", "order.1.lines", "orders.1", "é.ü", "é.1", "a/b.c+d", "x=y", "cart.1"];
const patterns = [
  ...[">", "*", "*.*", "order", "order.1", "order.*", "order.>", "*.1", "*.*.*", "order.*.lines", "*.*.>"],
  ...["é.*", "*.ü", "é.>", "a/b.*", "*.c+d", "x=y", "never.*"],
];

Deno.test("toLogFilter() matches the subjects of exactly the actors that its pattern matches", () => {
  for (const pattern of patterns) {
    const filter = toLogFilter(names, PARTITIONS, pattern);
    const isWanted = compilePattern(parseActorPattern(pattern));
    const matched = actors.filter((actorId) => filter.matches(actorSubject(names, PARTITIONS, actorId)));
    assertEquals(matched, actors.filter(isWanted), pattern);
  }
});

Deno.test("toLogFilter() of one actor does not match its id in another partition", () => {
  const filter = toLogFilter(names, PARTITIONS, "order.1");
  const own = actorSubject(names, PARTITIONS, "order.1");
  const others = Array.from({ length: PARTITIONS }, (_, i) => `${names.logPrefix}${i}.order.1`);
  assertEquals(others.filter(filter.matches), [own]);
});

Deno.test('toLogFilter() covers the whole log without a pattern and with ">", and with no other pattern', () => {
  assertEquals(toLogFilter(names, PARTITIONS).isWhole, true);
  for (const pattern of patterns) {
    const { isWhole, subject } = toLogFilter(names, PARTITIONS, pattern);
    assertEquals([isWhole, subject === names.allActors], [pattern === ">", pattern === ">"], pattern);
  }
});
