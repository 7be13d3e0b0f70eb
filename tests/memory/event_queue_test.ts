import { assertEquals } from "@std/assert";
import type { RecordedEvent } from "@flowmade-one/aether";
import { EventQueue } from "../../adapters/memory/event_queue.ts";

const event = (version: number) => ({ version }) as RecordedEvent;

Deno.test("numbers stay while the first events are dropped, also when the array is cut", () => {
  const queue = new EventQueue();
  for (let number = 1; number <= 5_000; number++) queue.push(event(number));
  for (let dropped = 1; dropped <= 4_999; dropped++) {
    queue.drop();
    assertEquals([queue.dropped, queue.last], [dropped, 5_000]);
    assertEquals(queue.at(dropped + 1)?.version, dropped + 1);
  }
  assertEquals(queue.slice(5_000, 5_000).map(({ version }) => version), [5_000]);
  queue.push(event(5_001));
  assertEquals(queue.slice(5_000, 5_001).map(({ version }) => version), [5_000, 5_001]);
  assertEquals(queue.at(5_002), undefined);
});
