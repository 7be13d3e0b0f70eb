import { assertEquals } from "@std/assert";
import { parseNamespace } from "@flowmade-one/aether";
import { MemoryLog } from "../../adapters/memory/memory_log.ts";

Deno.test("MemoryLog.follow() removes its follower when the signal is aborted, and when return() of the iterator is called", async () => {
  const log = new MemoryLog(parseNamespace("ns"), { retention: undefined, quota: undefined, now: Date.now });
  const controller = new AbortController();
  const follow = (signal: AbortSignal) =>
    log.follow({ from: "now", reached: 0, identity: undefined, actors: undefined }, signal)[Symbol.asyncIterator]();
  const aborted = follow(controller.signal);
  const returned = follow(new AbortController().signal);
  assertEquals([(await aborted.next()).value, (await returned.next()).value], ["caughtUp", "caughtUp"]);
  assertEquals(log.followers, 2);
  const end = aborted.next();
  controller.abort();
  assertEquals([(await end).done, log.followers], [true, 1]);
  await returned.return?.();
  assertEquals(log.followers, 0);
});
