import { assertEquals, assertStrictEquals } from "@std/assert";
import { ActorIndex } from "../../adapters/memory/actor_index.ts";
import { NumberedList } from "../../adapters/memory/numbered_list.ts";
import type { RecordedEvent } from "../../mod.ts";

/** A log of events and its index, with the operations of a memory log. */
class TestLog {
  readonly events: NumberedList<RecordedEvent> = new NumberedList();
  readonly index: ActorIndex = new ActorIndex(this.events);

  append(actorId: string, count = 1): void {
    const actor = this.index.find(actorId);
    const version = actor?.version ?? 0;
    for (let i = 1; i <= count; i++) this.events.push({ actorId, version: version + i } as RecordedEvent);
    this.index.add(actorId, actor, count);
  }

  dropOldest(): void {
    const event = this.events.at(this.events.dropped + 1)!;
    this.events.drop();
    this.index.drop(event);
  }

  /** The number of dropped versions of an actor, and the versions that remain. */
  versions(actorId: string): readonly [dropped: number, versions: number[]] {
    const history = this.index.historyOf(actorId)!;
    const events = history.dropped === history.last ? [] : history.slice(history.dropped + 1, history.last);
    for (const { version } of events) assertEquals(history.at(version)?.version, version);
    return [history.dropped, events.map(({ version }) => version)];
  }
}

Deno.test("ActorIndex.historyOf() finds the events of each actor in the order of their versions", () => {
  const log = new TestLog();
  log.append("a", 2);
  log.append("b");
  log.append("a");
  assertEquals(log.versions("a"), [0, [1, 2, 3]]);
  assertEquals(log.versions("b"), [0, [1]]);
  assertEquals(log.index.historyOf("c"), undefined);
  assertStrictEquals(log.index.historyOf("a")!.at(3), log.events.at(4));
});

Deno.test("ActorIndex.historyOf() extends the history that it returned before", () => {
  const log = new TestLog();
  log.append("a", 20);
  assertEquals(log.versions("a")[1].length, 20);
  log.append("b");
  log.append("a", 2);
  const history = log.index.historyOf("a");
  assertEquals(log.versions("a")[1].slice(-3), [20, 21, 22]);
  assertStrictEquals(log.index.historyOf("a"), history);
});

Deno.test("ActorIndex.historyOf() omits dropped events and keeps the versions of the others", () => {
  const log = new TestLog();
  log.append("a", 2);
  log.append("b");
  log.append("a", 2);
  log.dropOldest();
  assertEquals(log.versions("a"), [1, [2, 3, 4]], "dropped before the first read");
  log.dropOldest();
  assertEquals(log.versions("a"), [2, [3, 4]], "dropped after the first read");
  log.append("a");
  for (let i = 0; i < 3; i++) log.dropOldest();
  assertEquals(log.versions("a"), [4, [5]], "dropped before and after the last read");
  log.append("a");
  log.dropOldest();
  log.dropOldest();
  assertEquals(log.versions("a"), [6, []], "all dropped, one of them never read");
  assertEquals(log.index.find("a")?.version, 6);
  assertEquals(log.versions("b"), [1, []], "all dropped before the first read");
  log.append("a");
  assertEquals(log.versions("a"), [6, [7]], "continued");
});
