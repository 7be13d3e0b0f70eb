import { conformanceCases } from "@flowmade-one/aether/conformance";
import { memory } from "@flowmade-one/aether/memory";
import { assertEquals } from "@std/assert";
import { SharedMemory } from "../conformance/shared_memory.ts";
import { createBackend } from "../../adapter.ts";

const cases = conformanceCases({
  open: memory,
  // Without `reopen`: a backend in memory cannot be opened again.
  sharedStorage: () => {
    const shared = new SharedMemory();
    return () => createBackend(shared.join());
  },
  records: () => {
    const shared = new SharedMemory();
    return () => shared.join();
  },
  calls: () => {
    const shared = new SharedMemory();
    return () => shared.join();
  },
  retainCommits: (maxCommits) => memory({ retention: { maxCommits } }),
  retainBytes: (maxBytes) => memory({ retention: { maxBytes } }),
  retainAge: () => {
    let time = 1_767_225_600_000;
    const backend = memory({ retention: { maxAge: 1_000 }, now: () => time });
    return { backend, advanceTime: (lifetimes) => void (time += lifetimes * 1_000) };
  },
  quotaCommits: (maxCommits) => memory({ quota: { maxCommits } }),
  quotaBytes: (maxBytes) => memory({ quota: { maxBytes } }),
});

Deno.test("memory() skips no conformance case", () => {
  assertEquals(cases.filter(({ skip }) => skip !== undefined).map(({ title }) => title), []);
});

for (const { title, skip, run } of cases) Deno.test({ name: title, ignore: skip !== undefined, fn: run });
