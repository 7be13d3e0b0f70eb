import { assertEquals } from "@std/assert";
import { hasLost } from "../../../adapters/jetstream/log/lost_commits.ts";
import { toLogFilter } from "../../../adapters/jetstream/log/log_filter.ts";
import type { LogContext } from "../../../adapters/jetstream/log/log_context.ts";
import { namesOf } from "../../../adapters/jetstream/wire/names.ts";
import { parseNamespace } from "@flowmade-one/aether";

const filter = toLogFilter(namesOf("aether", parseNamespace("t")), 16, "a.*");

/** A log whose version floors name the commits of these sequences. */
function logWith(floors: readonly number[]): LogContext {
  return {
    floors: {
      async *list(actors: string) {
        assertEquals(actors, "a.*");
        for (const sequence of floors) yield await Promise.resolve({ version: 1, commitId: "c", sequence });
      },
    },
  } as unknown as LogContext;
}

/** A commit message with the sequence of its actor's previous commit. */
function message([sequence, previous]: readonly [number, number]) {
  const get = (name: string) => name === "Nats-Expected-Last-Subject-Sequence" ? String(previous) : "";
  const headers = { code: 0, description: "", get, values: (name: string) => [get(name)] };
  return { sequence, subject: "s", headers, data: new Uint8Array() };
}

/** Messages that were read from sequence 10 on, version floors, and whether a commit is missing. */
const rows: [title: string, messages: [sequence: number, previous: number][], floors: number[], isLost: boolean][] = [
  ["nothing was received, and nothing was purged", [], [], false],
  ["the purged commits are before the part", [], [3, 9], false],
  ["the first commit of the part was purged", [], [9, 10], true],
  ["every purged commit was received", [[10, 9], [12, 0]], [10, 12], false],
  ["one of two purged commits was received", [[10, 9]], [10, 12], true],
  ["an actor's previous commit is before the part", [[20, 9]], [], false],
  ["an actor's previous commit was received", [[15, 9], [20, 15]], [], false],
  ["an actor's previous commit was not received", [[20, 10]], [], true],
  ["the last purged commit of an actor was received, and the commit before it was not", [[20, 15]], [20], true],
  ["an actor's first commit was received", [[20, 0]], [], false],
];

for (const [title, messages, floors, isLost] of rows) {
  Deno.test(`hasLost() returns ${isLost} when ${title}`, async () => {
    const part = { filter, from: 10, messages: messages.map(message) };
    assertEquals(await hasLost(logWith(floors), part, undefined), isLost);
  });
}
